import type { ReactNode } from "react";
import icon from "../icon.svg";
import { t } from "../texts/texts.ts";
import LookPage from "./look-page.tsx";

/** The page that opens bundles, for whoever is not signed in. */
export default function LookAlone(): ReactNode {
  return (
    <>
      <header className="top">
        <div className="inner">
          <span className="logo">
            <img src={icon} alt="" width="28" height="28" />
            {t.title}
          </span>
          <span className="who">
            <a className="button quiet" href="#/">
              {t.look.back}
            </a>
          </span>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <LookPage />
      </main>
    </>
  );
}
