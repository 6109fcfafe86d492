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
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  file += offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R`;
  file += security === null ? '' : ` /Encrypt ${security} 0 R /ID [<00> <00>]`;
  return Buffer.from(`${file} >>\nstartxref\n${start}\n%%EOF\n`, 'latin1');
}

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
