/** Company forms of the countries whose documents are read, as they stand behind a name; capitals, points left out. */
const forms = [
  'GMBH & CO KG',
  'GMBH & CO KGAA',
  'GMBH',
  'GGMBH',
  'MBH',
  'AG',
  'KG',
  'KGAA',
  'OHG',
  'UG',
  'UG HAFTUNGSBESCHRANKT',
  'GBR',
  'EK',
  'EG',
  'EV',
  'SE',
  'SARL',
  'SAS',
  'SASU',
  'SA',
  'SCI',
  'EURL',
  'LTD',
  'LIMITED',
  'PLC',
  'LLP',
  'LLC',
  'LP',
  'INC',
  'INCORPORATED',
  'CORP',
  'CORPORATION',
  'CO',
  'COMPANY',
  'BV',
  'NV',
  'VOF',
  'SPA',
  'SRL',
  'SL',
  'SLU',
  'SC',
  'LDA',
  'LTDA',
  'AB',
  'AS',
  'APS',
  'OY',
  'SDN BHD',
  'BHD',
  'PTE LTD',
  'PTY LTD',
  'PTE',
  'PTY',
];
const known: ReadonlySet<string> = new Set(forms);

/** Whether a text is a company form and nothing else, which is no name: `GmbH`, `S.à r.l.`, `& Co. KG`. */
export function isBareLegalForm(text: string): boolean {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}|[.()]/gu, '')
    .toUpperCase()
    .replace(/[^A-Z& ]/g, ' ')
    .replace(/^[& ]+/, '')
    .replace(/ +/g, ' ')
    .trim();
  if (known.has(plain) || known.has(plain.replaceAll(' ', ''))) return true;
  return plain !== '' && plain.split(/ (?:& )?/).every((word) => known.has(word));
}
