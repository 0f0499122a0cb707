import { lazy, type ComponentType, type LazyExoticComponent, type ReactNode } from "react";
import { t } from "../texts/texts.ts";
import { Notice } from "./notice.tsx";

/** A page that is loaded when somebody goes there. Where it cannot be loaded, as after an update of the service, that is said. */
export function lazyPage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await load().catch(() => NotLoaded) }));
}

function NotLoaded(): ReactNode {
  return <Notice kind="error">{t.notLoaded}</Notice>;
}
