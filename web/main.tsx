import "./styles/main.css";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { loadTexts, onLanguage, t } from "./texts/texts.ts";

const page = document.getElementById("page");
if (page === null) throw new Error("no element with the id page");
onLanguage(() => {
  document.documentElement.lang = t.language;
});
await loadTexts();
createRoot(page).render(<App />);
