import "./styles/main.css";
import { createRoot } from "react-dom/client";
import { lazy, Suspense } from "react";
import { App } from "./app.tsx";
import { loadTexts, onLanguage, t } from "./texts/texts.ts";
import { ignoreStrayDrops } from "./ui/stray-drops.ts";

const page = document.getElementById("page");
if (page === null) throw new Error("no element with the id page");
onLanguage(() => {
  document.documentElement.lang = t.language;
});
ignoreStrayDrops();
await loadTexts();
// the same scripts at another address, which clients may frame
const Widget = lazy(() => import("./widget/widget.tsx"));
createRoot(page).render(
  location.pathname === "/widget" ? (
    <Suspense>
      <Widget />
    </Suspense>
  ) : (
    <App />
  ),
);
