import axe from "axe-core";
import { expect } from "chai";
import type { Frame, Page } from "playwright-core";
import type { Service } from "../../support/service.ts";
import { sharedChromium } from "../../support/shared-chromium.ts";
import { en, type Texts } from "../../../web/texts/en/en.ts";

interface Finding {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** A browser window on the web page, which keeps what the page did wrong. */
export class Visitor {
  readonly page: Page;
  /** violations of the content security policy, errors of scripts, requests to strangers */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  /**
   * Opens the page.
   * @param homeserver the only other address that it may call
   * @param query such as `?loginToken=x`
   * @param others where else the browser may go
   * @param languages as the browser's settings have them: `de-AT, en`
   */
  static async open(
    service: Pick<Service, "url">,
    homeserver: string,
    query = "",
    others: readonly string[] = [],
    languages = "en-US",
  ): Promise<Visitor> {
    const visitor = await Visitor.at(`${service.url}/${query}`, [service.url, homeserver, ...others], languages);
    await visitor.page.getByRole("heading", { level: 2 }).first().waitFor();
    return visitor;
  }

  /** Opens another page. @param addresses where the browser may go */
  static async at(address: string, addresses: readonly string[], languages = "en-US"): Promise<Visitor> {
    const context = await sharedChromium();
    const page = await context.newPage();
    const userAgent = await page.evaluate<string>("navigator.userAgent");
    const protocol = await context.newCDPSession(page);
    await protocol.send("Emulation.setUserAgentOverride", { userAgent, acceptLanguage: languages });
    const visitor = new Visitor(page);
    const known = addresses.map((url) => new URL(url).origin);
    page.on("pageerror", (error) => visitor.faults.push(`error: ${error.message}`));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "blob:" && !known.includes(origin)) visitor.faults.push(`request: ${request.url()}`);
    });
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedHTML/i.test(message.text())) visitor.faults.push(`policy: ${message.text()}`);
    });
    await page.goto(address);
    return visitor;
  }

  /** @param texts in the language of the page */
  async signIn(user: string, password = user, { signIn, rooms }: Pick<Texts, "signIn" | "rooms"> = en): Promise<void> {
    await this.page.getByLabel(signIn.user, { exact: true }).fill(user);
    await this.page.getByLabel(signIn.password, { exact: true }).fill(password);
    await this.page.getByRole("button", { name: signIn.submit, exact: true }).click();
    await this.page.getByRole("heading", { name: rooms.heading }).waitFor();
  }

  /** Goes to a page by the navigation. */
  async go(name: "Export" | "Import" | "Jobs" | "Rooms" | "Admin"): Promise<void> {
    await this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
  }

  /** Nothing that axe knows is wrong with what is shown, in light and in dark. @param within default: the whole page */
  async expectAccessible(within: Page | Frame = this.page): Promise<void> {
    // what a page is made of may still be on its way
    await within.getByRole("heading", { level: 1 }).first().waitFor();
    await within.evaluate(axe.source);
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const findings = await within.evaluate(async () => {
        const inPage = globalThis as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } };
        return (await inPage.axe.run()).violations;
      });
      const told = findings.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`,
      );
      expect(told, colorScheme).to.deep.equal([]);
    }
  }

  /** Leaves. Nothing of what the page has done was wrong. */
  async leave(): Promise<void> {
    await this.page.close();
    expect(this.faults).to.deep.equal([]);
  }
}
