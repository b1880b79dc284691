import { createContext, use, useSyncExternalStore } from 'react';
import { formatIn, type Format } from '../model/format.ts';
import { de } from './de.ts';
import { en, type Strings } from './en.ts';

const known = { en, de } as const;
export type Language = keyof typeof known;
export const languages = ['en', 'de'] as const satisfies readonly Language[];

const storageKey = 'docfleet.language';
const listeners = new Set<() => void>();

function readLanguage(): Language {
  const chosen = localStorage.getItem(storageKey) ?? navigator.language.slice(0, 2);
  return languages.find((language) => language === chosen) ?? 'en';
}

/** The language that was chosen, or that the browser prefers. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, readLanguage);
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export interface Texts {
  readonly t: Strings;
  readonly format: Format;
}

export function textsIn(language: Language): Texts {
  // The reader's own region decides how numbers and dates look, where it is of the same language.
  const region = navigator.languages.find((each) => each.startsWith(language)) ?? language;
  return { t: known[language], format: formatIn(region) };
}

export const TextsContext = createContext<Texts | undefined>(undefined);

/** Texts and formats of the chosen language. */
export function useTexts(): Texts {
  const texts = use(TextsContext);
  if (texts === undefined) throw new Error('no language was set');
  return texts;
}

export function languageName(language: Language): string {
  return known[language].language;
}
