import axe from "axe-core";
import { expect } from "chai";
import type { Page } from "playwright-core";
import type { Service } from "../../support/service.ts";
import { sharedChromium } from "../../support/shared-chromium.ts";

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
   */
  static async open(
    service: Pick<Service, "url">,
    homeserver: string,
    query = "",
    others: readonly string[] = [],
  ): Promise<Visitor> {
    const page = await (await sharedChromium()).newPage();
    const visitor = new Visitor(page);
    const known = [service.url, homeserver, ...others].map((url) => new URL(url).origin);
    page.on("pageerror", (error) => visitor.faults.push(`error: ${error.message}`));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "blob:" && !known.includes(origin)) visitor.faults.push(`request: ${request.url()}`);
    });
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedHTML/i.test(message.text())) visitor.faults.push(`policy: ${message.text()}`);
    });
    await page.goto(`${service.url}/${query}`);
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    return visitor;
  }

  async signIn(user: string, password = user): Promise<void> {
    await this.page.getByLabel("User name").fill(user);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await this.page.getByRole("heading", { name: "Export rooms" }).waitFor();
  }

  /** Goes to a page by the navigation. */
  async go(name: "Export" | "Import" | "Jobs" | "Rooms" | "Admin"): Promise<void> {
    await this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
  }

  /** Nothing that axe knows is wrong with what is shown, in light and in dark. */
  async expectAccessible(): Promise<void> {
    await this.page.evaluate(axe.source);
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const findings = await this.page.evaluate(async () => {
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
