import { useState, type ReactNode } from "react";
import { chooseLanguage, LANGUAGE_NAMES, t, type Language } from "../texts/texts.ts";

/** In which language the page speaks. The browser's own list, which every keyboard, screen reader and phone knows. */
export function LanguageSelect(): ReactNode {
  const [failed, setFailed] = useState(false);
  const choose = (language: Language): void => {
    setFailed(false);
    chooseLanguage(language).catch(() => setFailed(true));
  };
  return (
    <>
      <label>
        <span>{t.languageChoice}</span>
        <select className="select" value={t.language} onChange={({ target }) => choose(target.value as Language)}>
          {LANGUAGE_NAMES.map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {failed && <span role="alert">{t.noService}</span>}
    </>
  );
}
