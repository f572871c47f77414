// Uploads a file with the unmodified tus-js-client: twice cut off on the way, then resumed from what
// the first told. Run in the folder whose node_modules have it. Prints the upload's URL.
import { createReadStream, statSync } from "node:fs";
import { Upload } from "tus-js-client";

const [endpoint, token, path, chunk] = process.argv.slice(1);
const size = statSync(path).size;

function attempt(uploadUrl, stopAt) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(createReadStream(path), {
      endpoint,
      uploadUrl,
      uploadSize: size,
      chunkSize: Number(chunk) || Infinity,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: "from node.bin", filetype: "application/zip", kind: "document" },
      retryDelays: [100, 500, 1000],
      onProgress: (sent) => {
        if (stopAt && sent >= stopAt) upload.abort().then(() => resolve(upload.url), reject);
      },
      onSuccess: () => resolve(upload.url),
      onError: reject,
    });
    upload.start();
  });
}

let url = await attempt(undefined, size / 3);
url = await attempt(url, (2 * size) / 3);
console.log(await attempt(url, 0));
