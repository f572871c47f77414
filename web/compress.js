/**
 * Puts `name.br` and `name.gz` beside every text of the build, so that the server never has to
 * compress anything.
 */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const TEXT = /\.(?:css|html|js|json|md|svg|txt|webmanifest)$/;
const SMALLEST = 500; // bytes; below, nothing is gained

const codings = {
  br: (plain) =>
    promisify(brotliCompress)(plain, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    }),
  gz: (plain) => promisify(gzip)(plain, { level: 9 }),
};

async function compress(path) {
  const plain = await readFile(path);
  if (plain.length < SMALLEST) return;
  for (const [end, pack] of Object.entries(codings)) {
    await writeFile(`${path}.${end}`, await pack(plain));
  }
}

const files = await readdir("dist", { recursive: true });
await Promise.all(files.filter((path) => TEXT.test(path)).map((path) => compress(`dist/${path}`)));
