// Opens the pages of a running hub in Chromium and runs an example query.
//
//   BASE_URL=http://127.0.0.1:8080 npm test
//
// CHROMIUM is the browser's path (/usr/bin/chromium by default); SCREENSHOTS a
// folder for pictures of what was seen. Exits with 1 when a page logs an error,
// its policy blocks something, anything is asked of another host, or the result
// doesn't appear.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

const base = process.env.BASE_URL;
if (!base) {
  console.error("BASE_URL is missing: the address of a running hub, for example http://127.0.0.1:8080");
  process.exit(2);
}
const pictures = process.env.SCREENSHOTS;
const problems = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

async function visit(name, address, options, steps) {
  const context = await browser.newContext({ locale: "fr-FR", viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const fault = (text) => problems.push(`${name}: ${text}`);
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && fault(`console ${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => fault(`uncaught: ${e.message}`));
  page.on("requestfailed", (r) => fault(`failed: ${r.url()} (${r.failure()?.errorText})`));
  context.on("request", (r) => {
    const url = new URL(r.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== new URL(base).origin) fault(`asked elsewhere: ${r.url()}`);
  });
  try {
    const answer = await page.goto(new URL(address, base).href, { waitUntil: "networkidle" });
    if (answer.status() !== 200) fault(`status ${answer.status()}`);
    await steps(page, fault);
  } catch (e) {
    fault(e.message);
  }
  if (pictures) {
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: !address.startsWith("/explorer") });
  }
  await context.close();
}

async function readsWell(page, fault, language) {
  const lang = await page.getAttribute("html", "lang");
  if (lang !== language) fault(`lang is ${lang}, not ${language}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overflow > 0) fault(`${overflow} pixels too wide`);
}

const phone = { viewport: { width: 360, height: 740 } };
const landing = (language) => async (page, fault) => {
  await readsWell(page, fault, language);
  if ((await page.locator("h1").count()) !== 1) fault("not exactly one h1");
  if ((await page.locator('a[href^="/explorer"]').count()) === 0) fault("no link to the explorer");
};
await visit("landing", "/", {}, landing("fr"));
await visit("landing-english", "/?lang=en", {}, landing("en"));
await visit("landing-dark", "/", { colorScheme: "dark" }, landing("fr"));
await visit("landing-phone", "/", phone, landing("fr"));
await visit("landing-without-javascript", "/", { javaScriptEnabled: false }, async (page, fault) => {
  if (!(await page.locator("h1").isVisible())) fault("no heading");
});

// run presses the button and answers what the server sent, once it is shown.
async function run(page) {
  const [answer] = await Promise.all([
    page.waitForResponse((r) => new URL(r.url()).pathname === "/graphql"),
    page.locator(".graphiql-execute-button").click(),
  ]);
  await page.waitForFunction(() => document.querySelector(".result-window .view-lines")?.textContent.includes('"data"'));
  return answer.json();
}

async function runsAnExample(page, fault) {
  const example = page.locator("#example option:not([value=''])").first();
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  await page.selectOption("#example", await example.getAttribute("value"));
  const { data, errors } = await run(page);
  if (!data || errors) fault(`the first example answers ${JSON.stringify(errors ?? data)}`);
}

await visit("explorer", "/explorer", {}, async (page, fault) => {
  await readsWell(page, fault, "fr");
  await runsAnExample(page, fault);
});
await visit("explorer-dark", "/explorer?lang=en", { colorScheme: "dark" }, async (page, fault) => {
  await readsWell(page, fault, "en");
  await runsAnExample(page, fault);
  await page.locator('button[aria-label="Show Documentation Explorer"]').click();
  await page.locator(".graphiql-doc-explorer-content").waitFor();
});
await visit("explorer-phone", "/explorer", phone, async (page, fault) => {
  await runsAnExample(page, fault);
  await readsWell(page, fault, "fr");
});

// As a link of the landing page opens it; the answer is made here, so that no
// real token is needed.
await visit("explorer-token", "/explorer#mes-lieux", {}, async (page, fault) => {
  await page.locator(".graphiql-query-editor", { hasText: "MesLieux" }).waitFor();
  if (!(await page.locator("#hint").textContent()).includes("bailleur")) fault("no hint that a token is needed");
  let sent;
  await page.route("**/graphql", (route) => {
    sent = route.request().headers();
    return route.fulfill({ json: { data: {} } });
  });
  await page.fill("#token", " Bearer abc.def ");
  await run(page);
  if (sent.authorization !== "Bearer abc.def") fault(`the token is sent as ${sent.authorization}`);
  if (sent["accept-language"] !== "fr") fault(`the language is sent as ${sent["accept-language"]}`);
});

await browser.close();
for (const p of problems) console.error(p);
console.log(problems.length === 0 ? "the pages work" : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
