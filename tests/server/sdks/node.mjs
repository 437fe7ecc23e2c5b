// Speaks for the Node SDK: a line {"method", "args"} in, a line with its JSON answer out. The SDK itself is untouched;
// only the requests of its HTTP library are turned to another base.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { createInterface } from "node:readline";

const [home, base, key] = process.argv.slice(2);
const require = createRequire(`${home}/x.js`);
const got = require("got");
for (const verb of ["get", "post", "put", "patch", "delete"]) {
  const send = got[verb];
  got[verb] = (url, options) => send(url.replace("https://api.ayrshare.com/api", base), { ...options, retry: 0 });
}
const { default: SocialMediaAPI } = await import(pathToFileURL(`${home}/node_modules/social-media-api/index.js`));
let sdk = new SocialMediaAPI(key);
const methods = Object.getOwnPropertyNames(SocialMediaAPI.prototype).filter((name) => name !== "constructor");

for await (const line of createInterface({ input: process.stdin })) {
  const { method, args } = JSON.parse(line);
  let answer = null;
  try {
    if (method === "*methods") answer = methods;
    else if (method === "*fresh") sdk = new SocialMediaAPI(key);
    else answer = await sdk[method](...args);
    if (answer === sdk || answer === undefined) answer = null;
    if (answer instanceof Error) answer = { thrown: String(answer) };
  } catch (error) {
    answer = { thrown: String(error) };
  }
  console.log(JSON.stringify(answer));
}
