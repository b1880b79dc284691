/**
 * What a piece of text of an invoice may be about, in six languages. Each pattern is one feature of every text that a
 * candidate is looked up in; texts are lower case and without accents (`plainText`). The order is part of trained models.
 */
const sources = {
  invoice: 'rechn|invoice|factu|fattur|beleg|\\bre\\.?-|\\brg\\b|document',
  credit: 'gutschrift|korrektur|avoir|credit|storno|rectific|abono|annul',
  number: '\\bnr\\b|nummer|\\bno\\b|number|numer|n°|#|\\bid\\b|-nr|\\bn\\.|nº',
  date: 'datum|\\bdate|fecha|\\bdata\\b|\\bdu\\b|\\bvom\\b|dated|\\bdel\\b|\\bvan\\b|emis',
  customer: 'kunde|customer|client|debitor|account|klant|cliente',
  order: 'bestell|auftrag|order|commande|\\bpo\\b|pedido|ordine',
  delivery: 'liefer|leistung|deliver|livrais|albaran|entrega|\\bddt\\b|consegna|pakbon|lever',
  original:
    'ursprung|original|bezug|zu rechn|referen|\\bref\\b|rif\\.|vorausg|preced|against|betreft|initiale|rectificada|oorspronk',
  taxId:
    'ust-?\\.? ?-?id|\\buid\\b|vat (reg|no|id)|n° tva|steuernummer|siret|\\bhrb\\b|handelsreg|tax id|\\brcs\\b|amtsgericht|\\bnif|\\bcif\\b|p\\.? ?iva|partita|codice fisc|kvk|btw-n|\\brea\\b|registro',
  vatNumber: '\\b(de|fr|gb|it|es|nl|at|be) ?[a-z0-9]?\\d{8,11}\\b|atu\\d{8}',
  bank: '\\biban|\\bbic\\b|konto|bank|swift|banque|\\bblz\\b|banco|rekening',
  contact: '\\btel|\\bfon\\b|phone|\\bfax|mail|www|http|@|\\bmobil|correo',
  due: 'fallig|zahlbar|\\bdue\\b|echeance|zahlungsziel|vencim|scadenza|verval',
  page: 'seite|\\bpage|pagina',
  seller:
    'verkauf|verkaeuf|lieferant|rechnungss?teller|rechnungsersteller|\\bseller|supplier|vendor|\\bfrom\\b|vendeur|fournisseur|emetteur|absender|auftragnehmer|prestataire|issued by|leistungserbr|vendedor|proveedor|emisor|fornitore|venditore|cedente|mittente|verkoper|leverancier|afzender',
  buyer:
    '(?<!ver)kauf(?!m)|(?<!ver)kaeuf|rechnungsempf|\\bkunden?\\b|buyer|bill(ed)? to|invoice to|sold to|customer|acheteur|\\bclient\\b|facture a|destinataire|leistungsempf|rechnungsadr|rechnungsansch|adresse de fact|rechnung an|auftraggeber|\\bcliente\\b|facturar a|comprador|destinatari|spett|cessionario|intestatario fatt|\\bklant\\b|factuuradres|\\bkoper\\b|geadresseerde|afnemer|adresse a',
  ship: 'warenempf|lieferadr|lieferansch|ship to|deliver|livr|abweichend|leistungsort|lieferung an|entrega|enviar|consegna|spedire|afleveradr|leveren',
  payee:
    'zahlungsempf|payee|kontoinh|account (holder|name)|benefi|titula|intestatario del|begunstigde|rekeninghouder',
  representative:
    'vertreter|represent|rappresent|kontakt|contact|ansprech|referente|agente|comercial|vertegenw',
  net: 'netto|\\bht\\b|\\bnet\\b|subtot|zwischen|warenwert|sous-tot|excl|ohne|without|\\bhors|positionssumme|basis|\\bbase|taxable|imponib|\\bsin\\b',
  tax: 'mwst|\\bust\\b|umsatzst|\\bvat\\b|\\btva\\b|\\btax|steuer|mehrwert|\\biva\\b|\\bbtw\\b|impuest|imposta|\\bgst\\b|cuota|belasting',
  gross: 'brutto|gesamt|\\btotal|\\bttc\\b|endbetrag|rechnungsbetrag|summe|grand|totaal|totale',
  amount: 'betrag|amount|montant|beitrag|entgelt|importe|importo|bedrag',
  payable:
    'zahlbetrag|zu zahl|amount due|payer|solde|payable|balance|offener|noch zu|pagar|pendiente|a pagare|te betalen|openstaand',
  paid: 'anzahlung|erhalten|paid|prepaid|acompte|deja|gezahlt|vorausz|deposit|anticipo|a cuenta|acconto|gia pag|aanbetal|reeds',
  including: 'inkl|incl|brutto|\\bttc|with vat|con iva|compreso',
  quantity: 'menge|anzahl|\\bqty|quanti|\\bqte|\\bmge|\\bstk|stuck|cantidad|\\bcant|aantal|hoeveel|q\\.ta',
  price: 'preis|\\bprice|\\bprix|\\bp\\.?u\\b|einzel|\\brate\\b|unit|precio|prezzo|prijs',
  description:
    'bezeichn|beschreib|artikel|descri|design|\\bitem|produ|libelle|\\btext\\b|concepto|omschrijv|articolo',
  position: '\\bpos\\b|\\bpos\\.|position|\\bligne|\\bline\\b|\\briga\\b|\\bregel\\b|linea',
  discount:
    'rabatt|abschl|zuschl|skonto|discount|remise|allowance|charge|escompte|fracht|versand|\\bfrais|\\bport\\b|descuento|portes|sconto|spese|korting|verzend',
  legal:
    '\\bgmbh|\\bag\\b|\\bkg\\b|\\bohg\\b|e\\. ?k\\.|\\bug\\b|\\bse\\b|\\beg\\b|e\\. ?v\\.|\\bsarl\\b|\\bsas\\b|\\bsa\\b|\\beurl\\b|\\bltd\\b|\\binc\\b|\\bllc\\b|\\bplc\\b|limited|a\\. ?g\\.|\\bmbh\\b|\\bcorp|\\binh\\.|\\bscop\\b|s\\.l|s\\.a\\.|\\bsl\\b|s\\.r\\.l|\\bsrl\\b|s\\.p\\.a|s\\.n\\.c|\\bb\\.v|\\bbv\\b|\\bn\\.v|v\\.o\\.f|company|societe',
  street:
    'str\\.|strasse|weg \\d|allee|platz|gasse|\\brue\\b|avenue|chemin|boulev|\\bstreet|\\broad\\b|\\blane\\b|\\bdrive\\b|postfach|\\bplace d|calle|\\bc/|avenida|plaza|paseo|\\bvia\\b|viale|piazza|corso|straat|laan \\d|plein|kade|\\w(weg|str) \\d',
  postcode:
    '\\b([a-z]{1,2}-? ?)?\\d{5}\\b,? +[a-z]|[a-z]{1,2}\\d{1,2} ?\\d[a-z]{2}\\b|\\b\\d{4} [a-z]{2,}|\\b[a-z]{2} \\d{5}\\b',
  startsPostcode: '^([a-z]{1,2}-? ?)?\\d{4,5}\\b,? +[a-z]',
  honorific:
    '^(herrn?|frau|mr|mrs|ms|m\\.|mme|monsieur|madame|z\\. ?hd|attn|firma|an|c/o|sr|sra|d\\.|sig|dott|de heer|mevr|t\\.a\\.v)\\b',
  greeting: 'sehr geehrt|dear|madame, mon|guten tag|estimad|gentile|geachte',
  country:
    '^(deutschland|germany|france|osterreich|austria|schweiz|uk|usa|united kingdom|belgique|ireland|india|espana|italia|nederland|belgie|de|fr|gb|es|it|nl|at|be|ch)$',
  gln: '\\bgln\\b|global',
  contract: 'vertrag|contra|versicherungs(nummer|schein)|mandat',
  project: 'projekt|project|marche|objekt|kostenst|leitweg|zeichen|kauferref|buyer ref',
  type: 'rechnungsart|rechnungstyp|\\btyp|\\btype|\\bcode|art der|soort|tipo',
  article: 'art-?\\.?-?(nr|no)|artikel-?n|\\bean\\b|gtin|\\bsku\\b|codigo|codice',
  period: 'zeitraum|period|\\bbis\\b|\\bvon\\b|until|hasta',
  carried: 'ubertrag|report|carried|brought|riporto|suma (anter|y sigue)|over te br',
  role: 'geschaftsf|inhaber|director|geschaeftsf|vorstand|gerant',
  name: '^(name|firma|firmenname|nom|naam|nome|nombre|raison|razon|denominaz|company|unternehmen)\\b',
  declaration: 'stylesheet|visualis|muster-|beispiel|version|powered|template|sample|\\(c\\)|viewer|view ',
  sentence:
    '\\b(wir|sie|bitte|unser|ihre?r?|vous|nous|votre|merci|please|thank|your|our|gemass|gracias|grazie|uw|dank)\\b',
  tagline: 'qualit|partner|depuis|since|established|seit \\d|desde|sinds|dal \\d|meisterbetrieb|specialist',
} as const;

export type PatternName = keyof typeof sources;

/** Names of the patterns, in the order of their features. */
export const patternNames = Object.keys(sources) as readonly PatternName[];

const expressions = patternNames.map((name) => new RegExp(sources[name]));

/** Lower case without accents; ß becomes ss. */
export function plainText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}

/** One value a pattern: 1 where the text has it. */
export type Mask = Uint8Array;

export const noMask: Mask = new Uint8Array(expressions.length);

/** Finds patterns in texts; results are memoised, because candidates share the texts around them. */
export function maskReader(): (text: string) => Mask {
  const known = new Map<string, Mask>();
  return (text) => {
    if (text === '') return noMask;
    const before = known.get(text);
    if (before !== undefined) return before;
    const plain = plainText(text);
    const mask = Uint8Array.from(expressions, (expression) => (expression.test(plain) ? 1 : 0));
    known.set(text, mask);
    return mask;
  };
}

const places = new Map(patternNames.map((name, index) => [name, index]));

/** Whether the mask has a pattern. */
export const has = (mask: Mask, name: PatternName): boolean => mask[places.get(name) ?? -1] === 1;

/** Patterns that any of the masks has. */
export function either(masks: readonly Mask[]): Mask {
  const all = new Uint8Array(expressions.length);
  for (const mask of masks) for (let i = 0; i < all.length; i += 1) if (mask[i] === 1) all[i] = 1;
  return all;
}
