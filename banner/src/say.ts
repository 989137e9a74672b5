/** Fills in what every language has its own words for: "{6 month}" and "{US}". The browser knows them all. */
export const say = (text: string): string =>
  text.replace(/\{(\d+)? ?([A-Za-z]+)\}/g, (_, count: string | undefined, word: string) =>
    count
      ? new Intl.NumberFormat(LANGUAGE, { style: 'unit', unit: word, unitDisplay: 'long' }).format(+count)
      : new Intl.DisplayNames(LANGUAGE, { type: 'region' }).of(word)!,
  );
