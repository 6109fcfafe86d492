import { zipSync } from 'fflate';

/*
 * Small documents made by hand: real PDF (ISO 32000-1) and DOCX (ECMA-376), and broken ones.
 */

/** A PDF with one line of text on each page. */
export function tinyPdf(pages: readonly string[], encrypted = false): Buffer {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  const catalog = add('<< /Type /Catalog /Pages 2 0 R >>');
  add('');
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const kids = pages.map((text) => {
    const lines = text
      .split('\n')
      .map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`)
      .join(' ');
    const stream = `BT /F1 12 Tf 14 TL 72 720 Td ${lines} ET`;
    const content = add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${content} 0 R ` +
        `/Resources << /Font << /F1 ${font} 0 R >> >> >>`,
    );
  });
  objects[1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`;
  const hex = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
  // A user password that nobody knows: the check against these 32 bytes fails for the empty one.
  const security = encrypted ? add(`<< /Filter /Standard /V 1 /R 2 /O <${hex}> /U <${hex}> /P -44 >>`) : null;
  return pdfFile(
    objects,
    `/Root ${catalog} 0 R${security === null ? '' : ` /Encrypt ${security} 0 R /ID [<00> <00>]`}`,
  );
}

/** A PDF of one page whose text is in a font that is not embedded, in one of the predefined encodings of Asia. */
export function asianPdf(encoding: string, ordering: string, encoded: string): Buffer {
  const stream = `BT /F1 12 Tf 72 720 Td <${encoded}> Tj ET`;
  const info = `<< /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >>`;
  return pdfFile(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
      `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
      `<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /${encoding} /DescendantFonts [6 0 R] >>`,
      `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo ${info} /FontDescriptor 7 0 R >>`,
      '<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 ' +
        '/Descent -200 /CapHeight 700 /StemV 80 >>',
    ],
    '/Root 1 0 R',
  );
}

/** A PDF whose cross-reference leads to the wrong place for these objects. */
export function withLostObjects(pdf: Buffer, lost: readonly number[]): Buffer {
  const broken = Buffer.from(pdf);
  const first = broken.indexOf('\n', broken.lastIndexOf('\nxref\n') + 6) + 1;
  for (const object of lost) broken.write('0000000003', first + object * 20, 'latin1');
  return broken;
}

/** A PDF whose page tree says that it has fewer pages than it lists. */
export function withFewerPages(pdf: Buffer, count: number): Buffer {
  return Buffer.from(pdf.toString('latin1').replace(/\/Count \d/, `/Count ${count}`), 'latin1');
}

function pdfFile(objects: readonly string[], trailer: string): Buffer {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  file += offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `trailer\n<< /Size ${objects.length + 1} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** The number of the object that holds a page's content in what `tinyPdf` makes; the page itself is the next. */
export const contentObject = (page: number): number => 2 + 2 * page;

const NAMESPACE = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';

export interface DocxOptions {
  /** Replaces `word/document.xml`. */
  readonly xml?: string;
  readonly more?: Readonly<Record<string, Uint8Array>>;
}

/** A DOCX with headings and paragraphs: a text that begins with `# ` is a heading. */
export function tinyDocx(paragraphs: readonly string[], options: DocxOptions = {}): Buffer {
  const body = paragraphs.map((text) => {
    const heading = text.startsWith('# ');
    const style = heading ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : '';
    const escaped = text.replace(/^# /, '').replace(/&/g, '&amp;').replace(/</g, '&lt;');
    return `<w:p>${style}<w:r><w:t xml:space="preserve">${escaped}</w:t></w:r></w:p>`;
  });
  const xml = (text: string): Uint8Array => Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
  const parts: Record<string, Uint8Array> = {
    '[Content_Types].xml': xml(
      `<Types xmlns="${PACKAGE}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    '_rels/.rels': xml(
      `<Relationships xmlns="${PACKAGE}/relationships">` +
        `<Relationship Id="r1" Type="${OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    'word/_rels/document.xml.rels': xml(
      `<Relationships xmlns="${PACKAGE}/relationships">` +
        `<Relationship Id="r1" Type="${OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>`,
    ),
    'word/styles.xml': xml(
      `<w:styles xmlns:w="${NAMESPACE}"><w:style w:type="paragraph" w:styleId="Heading1">` +
        '<w:name w:val="heading 1"/></w:style></w:styles>',
    ),
    'word/document.xml': xml(
      options.xml ?? `<w:document xmlns:w="${NAMESPACE}"><w:body>${body.join('')}</w:body></w:document>`,
    ),
    ...options.more,
  };
  return Buffer.from(zipSync(parts));
}

/** Makes an archive say that its parts are tiny, whatever they unpack to. */
export function lyingAboutSizes(archive: Buffer): Buffer {
  const copy = Buffer.from(archive);
  for (let at = 0; at + 46 < copy.length; at += 1) {
    if (copy.readUInt32LE(at) === 0x0201_4b50) copy.writeUInt32LE(10, at + 24);
    if (copy.readUInt32LE(at) === 0x0403_4b50) copy.writeUInt32LE(10, at + 22);
  }
  return copy;
}

/** An Office document with a password: an OLE file that names an encrypted package. */
export function encryptedOffice(): Buffer {
  return Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(504),
    Buffer.from('EncryptedPackage', 'utf16le'),
    Buffer.alloc(512),
  ]);
}
