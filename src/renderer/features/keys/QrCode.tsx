import { create } from 'qrcode';
import { useMemo } from 'react';

/** Modules of quiet zone that a reader needs around a code (ISO/IEC 18004). */
const QUIET = 4;

/** A text as a QR code, drawn here: nothing is asked of anybody. */
export function QrCode({ text, label, className }: { text: string; label: string; className?: string }) {
  const { path, size } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: 'M' });
    const dark: string[] = [];
    for (let at = 0; at < modules.data.length; at += 1) {
      if (!modules.data[at]) continue;
      dark.push(`M${(at % modules.size) + QUIET} ${Math.floor(at / modules.size) + QUIET}h1v1h-1z`);
    }
    return { path: dark.join(''), size: modules.size + 2 * QUIET };
  }, [text]);
  return (
    <svg className={className} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
