/** What stands behind the label of a fact. */
export type FactKind =
  | 'reference'
  | 'date'
  | 'tax-id'
  | 'vat-id'
  | 'person'
  | 'page'
  | 'type-code'
  | 'phone'
  | 'mail'
  | 'currency'
  | 'period'
  | 'gln';

type Texts = readonly [string, ...string[]];

/** The words of documents in one language. */
export interface Language {
  readonly code: 'de' | 'fr' | 'en' | 'es' | 'it' | 'nl';
  readonly titles: Texts;
  readonly creditTitles: Texts;
  readonly number: Texts;
  readonly creditNumber: Texts;
  readonly date: Texts;
  readonly original: Texts;
  readonly facts: readonly [readonly [string, FactKind], ...(readonly [string, FactKind])[]];
  readonly seller: Texts;
  readonly buyer: Texts;
  readonly ship: Texts;
  readonly payee: Texts;
  readonly agent: Texts;
  readonly net: Texts;
  readonly tax: Texts;
  readonly taxTotal: Texts;
  readonly gross: Texts;
  readonly due: Texts;
  readonly paid: Texts;
  readonly discount: Texts;
  readonly charge: Texts;
  readonly columns: Readonly<Record<Column, Texts>>;
  readonly units: Texts;
  readonly carried: Texts;
  readonly breakdown: Texts;
  readonly greeting: Texts;
  readonly payment: Texts;
  readonly registration: Texts;
  readonly phone: Texts;
  readonly honorific: Texts;
  readonly attention: Texts;
  readonly of: string;
  readonly months: readonly string[];
  readonly legal: Texts;
  readonly trades: Texts;
  readonly countries: Texts;
  readonly taxRates: readonly [number, ...number[]];
  readonly taglines: Texts;
  /** A firm whose name begins with a label word. */
  readonly misleading: readonly [readonly [string, string], ...(readonly [string, string])[]];
}

export type Column = 'position' | 'article' | 'description' | 'quantity' | 'unit' | 'price' | 'tax' | 'amount';

const german: Language = {
  code: 'de',
  titles: ['Rechnung', 'RECHNUNG', 'Handelsrechnung', 'Schlussrechnung', 'Teilrechnung', 'Beitragsrechnung', 'Kostenrechnung'],
  creditTitles: ['Gutschrift', 'Rechnungskorrektur', 'Stornorechnung', 'KORREKTURRECHNUNG'],
  number: ['Rechnungsnummer', 'Rechnungs-Nr.', 'Rechnung Nr.', 'Rechnungsnr.', 'Re.-Nr.', 'Beleg-Nr.', 'Belegnummer', 'Rg.-Nr.', 'Nummer', 'Rechnung', 'Dokumentnummer', 'Nr.'],
  creditNumber: ['Gutschrift Nr.', 'Gutschriftsnummer', 'Belegnummer', 'Korrektur-Nr.', 'Rechnungsnummer'],
  date: ['Rechnungsdatum', 'Datum', 'Belegdatum', 'Ausstellungsdatum', 'Rg.-Datum', 'Beleg-Datum'],
  original: ['Ursprungsbeleg', 'Zu Rechnung Nr.', 'Bezug Rechnung', 'Vorausgegangene Rechnung', 'Original-Rechnungsnummer', 'Rechnungsreferenz'],
  facts: [
    ['Kundennummer', 'reference'], ['Kunden-Nr.', 'reference'], ['Bestellnummer', 'reference'], ['Ihre Bestellung', 'reference'],
    ['Auftragsnummer', 'reference'], ['Auftrag-Nr.', 'reference'], ['Lieferschein-Nr.', 'reference'], ['Lieferdatum', 'date'],
    ['Leistungsdatum', 'date'], ['Bestelldatum', 'date'], ['Fällig am', 'date'], ['Zahlbar bis', 'date'], ['Steuernummer', 'tax-id'],
    ['USt-IdNr.', 'vat-id'], ['Projekt', 'reference'], ['Vertragsnummer', 'reference'], ['Kostenstelle', 'reference'],
    ['Bearbeiter', 'person'], ['Ansprechpartner', 'person'], ['Ihr Zeichen', 'person'], ['Seite', 'page'], ['Käuferreferenz', 'reference'],
    ['GLN', 'gln'], ['Rechnungsart', 'type-code'], ['Code der Rechnungsart', 'type-code'], ['Lieferanten-Nr.', 'reference'],
    ['Versicherungsnummer', 'reference'], ['Telefon', 'phone'], ['E-Mail', 'mail'], ['Währung', 'currency'], ['Leistungszeitraum', 'period'],
  ],
  seller: ['Verkäufer', 'Lieferant', 'Rechnungssteller', 'Rechnungsersteller', 'Leistungserbringer', 'Absender', 'Auftragnehmer', 'Informationen zum Verkäufer'],
  buyer: ['Käufer', 'Rechnungsempfänger', 'Kunde', 'Rechnungsadresse', 'Rechnung an', 'Leistungsempfänger', 'Auftraggeber', 'Informationen zum Käufer'],
  ship: ['Lieferadresse', 'Warenempfänger', 'Lieferanschrift', 'Abweichender Warenempfänger', 'Lieferung an'],
  payee: ['Zahlungsempfänger', 'Kontoinhaber', 'Abweichender Zahlungsempfänger'],
  agent: ['Steuervertreter des Verkäufers', 'Vertreter', 'Abweichender Rechnungsempfänger'],
  net: ['Nettobetrag', 'Summe netto', 'Zwischensumme', 'Warenwert', 'Gesamt netto', 'Summe ohne USt.', 'Positionssumme'],
  tax: ['MwSt.', 'zzgl. MwSt.', 'Umsatzsteuer', 'USt.', 'zuzüglich Umsatzsteuer', 'Mehrwertsteuer', 'Versicherungsteuer'],
  taxTotal: ['USt. gesamt', 'Summe Umsatzsteuer', 'Steuerbetrag', 'MwSt.-Betrag', 'Steuer gesamt', 'Gesamtbetrag der Umsatzsteuer'],
  gross: ['Gesamtbetrag', 'Rechnungsbetrag', 'Endbetrag', 'Gesamtsumme', 'Bruttosumme', 'Summe brutto', 'Gesamt', 'Rechnungsendbetrag', 'Summe inkl. USt.'],
  due: ['Zahlbetrag', 'Zu zahlender Betrag', 'Fälliger Betrag', 'Noch zu zahlen'],
  paid: ['Erhaltene Anzahlungen', 'Anzahlung', 'Bereits gezahlt', 'Vorauszahlung'],
  discount: ['Rabatt', 'Gesamtbetrag der Abschläge', 'Rechnungsrabatt'],
  charge: ['Versandkosten', 'Gesamtbetrag der Zuschläge', 'Fracht'],
  columns: {
    position: ['Pos.', 'Pos', 'Nr.', 'Position'], article: ['Artikel-Nr.', 'Art.-Nr.', 'Artikelnummer', 'GTIN'],
    description: ['Bezeichnung', 'Beschreibung', 'Artikelbezeichnung', 'Leistung', 'Artikel', 'Text'],
    quantity: ['Menge', 'Anzahl', 'Mge.'], unit: ['Einheit', 'ME', 'Einh.'], price: ['Einzelpreis', 'Preis', 'E-Preis', 'Nettopreis'],
    tax: ['USt.', 'MwSt. %', 'MwSt.', 'Steuer'], amount: ['Gesamt', 'Gesamtpreis', 'Betrag', 'Summe', 'Nettowert'],
  },
  units: ['Stk.', 'Stück', 'kg', 'Std.', 'm', 'Liter', 'Monat', 'Paket'],
  carried: ['Übertrag', 'Zwischensumme'],
  breakdown: ['Steueraufschlüsselung', 'Aufschlüsselung der Umsatzsteuer'],
  greeting: ['Sehr geehrte Damen und Herren,', 'Vielen Dank für Ihren Auftrag.', 'Wir erlauben uns, wie folgt abzurechnen:'],
  payment: ['Zahlbar innerhalb von 30 Tagen ohne Abzug.', 'Bitte überweisen Sie bis zum {date}.', 'Bei Zahlung binnen 14 Tagen 2 % Skonto.', 'Die Ware bleibt bis zur Zahlung Eigentum der {seller}.', 'Bitte geben Sie {number} bei der Zahlung an.'],
  registration: ['Geschäftsführer: {person}', 'Amtsgericht {town} HRB {digits}', 'USt-IdNr.: {vat}', 'Steuernummer: {digits}'],
  phone: ['Tel.:', 'Telefon', 'Fon'],
  honorific: ['Herrn', 'Frau', 'Firma', 'Herr'],
  attention: ['z. Hd.', 'Abteilung', 'c/o'],
  of: 'vom',
  months: ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November', 'Dezember'],
  legal: ['GmbH', 'GmbH', 'AG', 'GmbH & Co. KG', 'KG', 'OHG', 'e.K.', 'UG (haftungsbeschränkt)', 'SE', 'eG', 'e.V.', 'a.G.'],
  trades: ['Metallbau', 'Bäckerei', 'Autohaus', 'Handel', 'Software', 'Druckerei', 'Gartenbau', 'Logistik', 'Spedition', 'Versicherung', 'Werbung', 'Reinigung', 'Holzbau', 'Beratung'],
  countries: ['Deutschland', 'Österreich', 'Schweiz', 'DE'],
  taxRates: [19, 7],
  taglines: ['Qualität seit 1978', 'Ihr Partner für Technik', 'Alles aus einer Hand', 'Meisterbetrieb der Innung'],
  misleading: [['Lieferant GmbH', 'Kunden AG'], ['Muster Verkäufer AG', 'Muster Käufer GmbH'], ['Rechnungs Service GmbH', 'Empfänger Bau KG']],
};
const french: Language = {
  code: 'fr',
  titles: ['Facture', 'FACTURE', 'Facture client', 'Facture de vente'],
  creditTitles: ['Avoir', 'AVOIR', 'Note de crédit', "Facture d'avoir"],
  number: ['Facture n°', 'N° de facture', 'Numéro de facture', 'N° facture', 'Numéro', 'N°', 'Réf. facture', 'Facture'],
  creditNumber: ['Avoir n°', "N° d'avoir", 'Numéro'],
  date: ['Date de facture', 'Date', 'Date de facturation', "Date d'émission", 'Émise le'],
  original: ["Facture d'origine", 'Annule la facture n°', 'Facture initiale', 'Référence facture'],
  facts: [
    ['N° client', 'reference'], ['Code client', 'reference'], ['Votre référence', 'reference'], ['N° de commande', 'reference'],
    ['Bon de livraison', 'reference'], ["Date d'échéance", 'date'], ['Date de livraison', 'date'], ['Échéance', 'date'], ['N° TVA', 'vat-id'],
    ['SIRET', 'tax-id'], ['Marché', 'reference'], ['Contact', 'person'], ['Page', 'page'], ['Type de facture', 'type-code'],
    ['Contrat', 'reference'], ['Devise', 'currency'], ['Tél.', 'phone'], ['E-mail', 'mail'], ['Période', 'period'],
  ],
  seller: ['Vendeur', 'Fournisseur', 'Émetteur', 'Prestataire', 'De'],
  buyer: ['Client', 'Facturé à', 'Adresse de facturation', 'Acheteur', 'Destinataire', 'Adressé à'],
  ship: ['Adresse de livraison', 'Livré à', 'Lieu de livraison'],
  payee: ['Bénéficiaire', 'Titulaire du compte'],
  agent: ['Représentant fiscal', 'Contact commercial'],
  net: ['Total HT', 'Montant HT', 'Total net HT', 'Sous-total', 'Total hors taxes'],
  tax: ['TVA', 'Montant TVA', 'dont TVA'],
  taxTotal: ['Total TVA', 'Total des taxes', 'Montant TVA', 'Total taxes'],
  gross: ['Total TTC', 'Montant TTC', 'Total facture', 'Montant total TTC', 'Net TTC'],
  due: ['Net à payer', 'Reste à payer', 'Montant dû', 'Solde à payer'],
  paid: ['Acompte', 'Acompte versé', 'Déjà réglé'],
  discount: ['Remise', 'Escompte'],
  charge: ['Frais de port', 'Port'],
  columns: {
    position: ['N°', 'Ligne'], article: ['Référence', 'Réf.', 'Code'], description: ['Désignation', 'Description', 'Libellé'],
    quantity: ['Quantité', 'Qté'], unit: ['Unité', 'U.'], price: ['Prix unitaire', 'P.U. HT', 'PU'], tax: ['TVA', 'Taux TVA'],
    amount: ['Montant HT', 'Total HT', 'Montant', 'Prix HT'],
  },
  units: ['pce', 'kg', 'L', 'h', 'jour', 'U'],
  carried: ['Report', 'À reporter'],
  breakdown: ['Détail de la TVA', 'Récapitulatif TVA'],
  greeting: ['Madame, Monsieur,', 'Merci de votre confiance.', 'Voici le détail de votre facture :'],
  payment: ['Paiement à 30 jours.', 'À régler avant le {date}.', 'Tout retard entraîne une indemnité de 40 €.', 'Merci de rappeler {number} lors du règlement.'],
  registration: ['SIRET : {digits}', 'TVA : {vat}', 'RCS {town} {digits}', 'SARL au capital de 20 000,00 €'],
  phone: ['Tél.', 'Tél :'],
  honorific: ['M.', 'Mme', 'Monsieur'],
  attention: ["À l'attention de", 'Service'],
  of: 'du',
  months: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
  legal: ['SARL', 'SAS', 'SA', 'EURL', 'SCOP'],
  trades: ['Boulangerie', 'Garage', 'Atelier', 'Librairie', 'Transports', 'Imprimerie', 'Menuiserie', 'Conseil', 'Bâtiment', 'Jardins'],
  countries: ['France', 'Belgique', 'FR'],
  taxRates: [20, 5.5],
  taglines: ['Depuis 1962', 'Le goût du travail bien fait', 'Artisan de père en fils'],
  misleading: [['Fournisseur Général SARL', 'Client Plus SAS'], ['Vendeur & Fils', 'Acheteur Public SA']],
};
const english: Language = {
  code: 'en',
  titles: ['Invoice', 'INVOICE', 'Tax Invoice', 'Commercial Invoice'],
  creditTitles: ['Credit Note', 'CREDIT NOTE', 'Credit Memo', 'Corrected Invoice'],
  number: ['Invoice No.', 'Invoice Number', 'Invoice #', 'Number', 'Document No.', 'Invoice', 'Inv. No.', 'Invoice ID', 'No.'],
  creditNumber: ['Credit Note No.', 'Credit memo #', 'Number'],
  date: ['Invoice Date', 'Date', 'Issue date', 'Date of issue', 'Issued'],
  original: ['Original Invoice', 'Against invoice no.', 'Preceding invoice', 'Refers to invoice'],
  facts: [
    ['Customer No.', 'reference'], ['Customer ID', 'reference'], ['Account', 'reference'], ['PO Number', 'reference'], ['Order No.', 'reference'],
    ['Delivery Note', 'reference'], ['Delivery date', 'date'], ['Due Date', 'date'], ['Order date', 'date'], ['VAT No.', 'vat-id'],
    ['Tax ID', 'tax-id'], ['Project', 'reference'], ['Contract', 'reference'], ['Contact', 'person'], ['Your reference', 'reference'],
    ['Page', 'page'], ['Invoice type code', 'type-code'], ['Sales order', 'reference'], ['Currency', 'currency'], ['Phone', 'phone'],
    ['Email', 'mail'], ['Period', 'period'],
  ],
  seller: ['Seller', 'Supplier', 'From', 'Vendor', 'Issued by'],
  buyer: ['Buyer', 'Bill to', 'Customer', 'Invoice to', 'Sold to', 'Billed to', 'To'],
  ship: ['Ship to', 'Deliver to', 'Delivery address'],
  payee: ['Payee', 'Account holder', 'Beneficiary'],
  agent: ['Tax representative', 'Sales contact'],
  net: ['Subtotal', 'Net total', 'Net amount', 'Total excl. VAT', 'Total without tax'],
  tax: ['VAT', 'Tax', 'Sales tax', 'GST'],
  taxTotal: ['Total VAT', 'Tax amount', 'Total tax', 'VAT total'],
  gross: ['Total', 'Grand total', 'Invoice total', 'Total incl. VAT', 'Gross amount', 'Total amount'],
  due: ['Amount due', 'Balance due', 'Total payable'],
  paid: ['Paid', 'Deposit', 'Prepaid amount'],
  discount: ['Discount', 'Allowances'],
  charge: ['Shipping', 'Freight', 'Charges'],
  columns: {
    position: ['Item', 'No.', '#', 'Line'], article: ['Item No.', 'SKU', 'Code'], description: ['Description', 'Product', 'Details'],
    quantity: ['Qty', 'Quantity'], unit: ['Unit', 'UoM'], price: ['Unit price', 'Price', 'Rate'], tax: ['VAT', 'VAT %', 'Tax'],
    amount: ['Amount', 'Total', 'Line total', 'Net amount'],
  },
  units: ['pcs', 'ea', 'kg', 'hrs', 'box'],
  carried: ['Carried forward', 'Brought forward'],
  breakdown: ['VAT breakdown', 'Tax summary'],
  greeting: ['Dear Sir or Madam,', 'Thank you for your business.', 'Details of your order are below.'],
  payment: ['Payment is due within 30 days.', 'Please pay by {date}.', 'Please quote {number} with your payment.', 'Make cheques payable to {seller}.'],
  registration: ['VAT Reg. No. {vat}', 'Registered in {town} No. {digits}', 'Company No. {digits}', 'Director: {person}'],
  phone: ['Tel:', 'Phone', 'T'],
  honorific: ['Mr', 'Ms', 'Mrs'],
  attention: ['Attn.', 'c/o', 'Dept.'],
  of: 'dated',
  months: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  legal: ['Ltd', 'Ltd.', 'Inc.', 'LLC', 'plc', 'Limited', 'Corp.', 'Pvt. Ltd.'],
  trades: ['Trading', 'Consulting', 'Software', 'Printing', 'Logistics', 'Foods', 'Energy', 'Systems', 'Supplies', 'Engineering', 'Design'],
  countries: ['United Kingdom', 'USA', 'Ireland', 'India'],
  taxRates: [20, 5],
  taglines: ['Quality you can trust', 'Established 1987', 'Your office, our business'],
  misleading: [['Supplier Ltd', 'Customer Care Inc.'], ['Seller Inc.', 'Buyer Inc.'], ['Invoice Masters LLC', 'Bill Toth & Co.']],
};
const spanish: Language = {
  code: 'es',
  titles: ['Factura', 'FACTURA', 'Factura de venta'],
  creditTitles: ['Factura rectificativa', 'Abono', 'Nota de crédito'],
  number: ['Número de factura', 'N.º de factura', 'Factura n.º', 'Nº factura', 'Número', 'Factura'],
  creditNumber: ['N.º de abono', 'Número', 'Abono n.º'],
  date: ['Fecha de factura', 'Fecha', 'Fecha de emisión'],
  original: ['Factura rectificada', 'Factura original'],
  facts: [
    ['N.º de cliente', 'reference'], ['Pedido', 'reference'], ['Su referencia', 'reference'], ['Albarán', 'reference'], ['Vencimiento', 'date'],
    ['Fecha de entrega', 'date'], ['NIF', 'tax-id'], ['NIF-IVA', 'vat-id'], ['Contacto', 'person'], ['Página', 'page'], ['Contrato', 'reference'],
    ['Moneda', 'currency'], ['Teléfono', 'phone'], ['Correo', 'mail'], ['Periodo', 'period'], ['Tipo de factura', 'type-code'],
  ],
  seller: ['Vendedor', 'Proveedor', 'Emisor', 'De'],
  buyer: ['Cliente', 'Facturar a', 'Comprador', 'Destinatario', 'Datos del cliente'],
  ship: ['Dirección de entrega', 'Enviar a'],
  payee: ['Beneficiario', 'Titular de la cuenta'],
  agent: ['Representante fiscal', 'Comercial'],
  net: ['Base imponible', 'Subtotal', 'Total sin IVA', 'Importe neto'],
  tax: ['IVA', 'Cuota IVA'],
  taxTotal: ['Total IVA', 'Total impuestos', 'Cuota de IVA'],
  gross: ['Total factura', 'Total', 'Importe total', 'Total con IVA'],
  due: ['Total a pagar', 'Importe pendiente'],
  paid: ['Anticipo', 'Pagado a cuenta'],
  discount: ['Descuento'],
  charge: ['Portes', 'Gastos de envío'],
  columns: {
    position: ['N.º', 'Línea'], article: ['Referencia', 'Código'], description: ['Descripción', 'Concepto', 'Artículo'],
    quantity: ['Cantidad', 'Cant.'], unit: ['Unidad', 'Ud.'], price: ['Precio', 'Precio unitario'], tax: ['IVA', '% IVA'],
    amount: ['Importe', 'Total', 'Total neto'],
  },
  units: ['ud.', 'kg', 'h', 'caja'],
  carried: ['Suma anterior', 'Suma y sigue'],
  breakdown: ['Desglose de IVA', 'Resumen de impuestos'],
  greeting: ['Estimados señores:', 'Gracias por su confianza.'],
  payment: ['Pago a 30 días.', 'Fecha límite de pago: {date}.', 'Indique {number} en su transferencia.'],
  registration: ['CIF: {vat}', 'Registro Mercantil de {town}, hoja {digits}'],
  phone: ['Tel.', 'Teléfono'],
  honorific: ['Sr.', 'Sra.', 'D.'],
  attention: ['A la atención de', 'Departamento'],
  of: 'de',
  months: ['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre', 'diciembre'],
  legal: ['S.L.', 'S.A.', 'SL', 'S.L.U.', 'S.C.'],
  trades: ['Talleres', 'Suministros', 'Construcciones', 'Panadería', 'Transportes', 'Imprenta', 'Servicios', 'Distribuciones'],
  countries: ['España', 'ES'],
  taxRates: [21, 10],
  taglines: ['Calidad desde 1975', 'Siempre a su servicio'],
  misleading: [['Proveedor Global S.L.', 'Cliente Norte S.A.']],
};
const italian: Language = {
  code: 'it',
  titles: ['Fattura', 'FATTURA', 'Fattura di vendita'],
  creditTitles: ['Nota di credito', 'NOTA DI CREDITO'],
  number: ['Numero fattura', 'Fattura n.', 'N. fattura', 'Numero', 'Numero documento', 'Fattura nr.'],
  creditNumber: ['Nota di credito n.', 'Numero'],
  date: ['Data fattura', 'Data', 'Data di emissione', 'Data documento'],
  original: ['Fattura di riferimento', 'Rif. fattura n.'],
  facts: [
    ['Codice cliente', 'reference'], ['Ordine', 'reference'], ['Vs. riferimento', 'reference'], ['DDT n.', 'reference'], ['Scadenza', 'date'],
    ['Data consegna', 'date'], ['Partita IVA', 'vat-id'], ['Codice fiscale', 'tax-id'], ['Referente', 'person'], ['Pagina', 'page'],
    ['Contratto', 'reference'], ['Valuta', 'currency'], ['Telefono', 'phone'], ['E-mail', 'mail'], ['Periodo', 'period'], ['Tipo documento', 'type-code'],
  ],
  seller: ['Fornitore', 'Venditore', 'Cedente', 'Mittente'],
  buyer: ['Cliente', 'Destinatario', 'Spett.le', 'Cessionario', 'Intestatario fattura'],
  ship: ['Luogo di consegna', 'Spedire a'],
  payee: ['Beneficiario', 'Intestatario del conto'],
  agent: ['Rappresentante fiscale', 'Agente'],
  net: ['Imponibile', 'Totale imponibile', 'Totale netto', 'Subtotale'],
  tax: ['IVA', 'Imposta'],
  taxTotal: ['Totale IVA', 'Totale imposta', 'Importo IVA'],
  gross: ['Totale fattura', 'Totale documento', 'Totale', 'Importo totale'],
  due: ['Netto a pagare', 'Totale da pagare'],
  paid: ['Acconto', 'Già pagato'],
  discount: ['Sconto'],
  charge: ['Spese di trasporto', 'Spese'],
  columns: {
    position: ['N.', 'Riga'], article: ['Codice', 'Articolo'], description: ['Descrizione', 'Prodotto'], quantity: ['Quantità', 'Q.tà'],
    unit: ['U.M.', 'Unità'], price: ['Prezzo', 'Prezzo unitario'], tax: ['IVA', 'IVA %'], amount: ['Importo', 'Totale'],
  },
  units: ['pz', 'kg', 'ore', 'conf.'],
  carried: ['Riporto', 'A riportare'],
  breakdown: ['Riepilogo IVA', 'Dettaglio IVA'],
  greeting: ['Gentile cliente,', 'Grazie per la fiducia.'],
  payment: ['Pagamento a 30 giorni.', 'Pagare entro il {date}.', 'Indicare {number} nella causale.'],
  registration: ['P.IVA {vat}', 'REA {town} {digits}', 'Capitale sociale 10.000,00 €'],
  phone: ['Tel.', 'Telefono'],
  honorific: ['Sig.', 'Sig.ra', 'Dott.'],
  attention: ['Alla c.a.', 'Ufficio'],
  of: 'del',
  months: ['gennaio', 'febbraio', 'marzo', 'aprile', 'maggio', 'giugno', 'luglio', 'agosto', 'settembre', 'ottobre', 'novembre', 'dicembre'],
  legal: ['S.r.l.', 'S.p.A.', 'Srl', 'S.n.c.', 'S.a.s.'],
  trades: ['Officina', 'Forniture', 'Edilizia', 'Trasporti', 'Tipografia', 'Servizi', 'Impianti', 'Arredamenti'],
  countries: ['Italia', 'IT'],
  taxRates: [22, 10],
  taglines: ['Dal 1968', 'La qualità prima di tutto'],
  misleading: [['Fornitore Veneto S.r.l.', 'Cliente Sud S.p.A.']],
};
const dutch: Language = {
  code: 'nl',
  titles: ['Factuur', 'FACTUUR', 'Verkoopfactuur'],
  creditTitles: ['Creditfactuur', 'Creditnota'],
  number: ['Factuurnummer', 'Factuurnr.', 'Factuur nr.', 'Nummer', 'Factuur'],
  creditNumber: ['Creditnummer', 'Creditnota nr.', 'Nummer'],
  date: ['Factuurdatum', 'Datum', 'Datum van uitgifte'],
  original: ['Oorspronkelijke factuur', 'Betreft factuur'],
  facts: [
    ['Klantnummer', 'reference'], ['Ordernummer', 'reference'], ['Uw referentie', 'reference'], ['Pakbon', 'reference'], ['Vervaldatum', 'date'],
    ['Leverdatum', 'date'], ['Btw-nummer', 'vat-id'], ['KvK-nummer', 'tax-id'], ['Contactpersoon', 'person'], ['Pagina', 'page'],
    ['Contract', 'reference'], ['Valuta', 'currency'], ['Telefoon', 'phone'], ['E-mail', 'mail'], ['Periode', 'period'], ['Soort factuur', 'type-code'],
  ],
  seller: ['Verkoper', 'Leverancier', 'Afzender', 'Van'],
  buyer: ['Klant', 'Factuuradres', 'Koper', 'Geadresseerde', 'Aan', 'Afnemer'],
  ship: ['Afleveradres', 'Leveren aan'],
  payee: ['Begunstigde', 'Rekeninghouder'],
  agent: ['Fiscaal vertegenwoordiger', 'Vertegenwoordiger'],
  net: ['Subtotaal', 'Totaal excl. btw', 'Nettobedrag'],
  tax: ['Btw', 'BTW'],
  taxTotal: ['Totaal btw', 'Btw-bedrag', 'Totaal belasting'],
  gross: ['Totaal incl. btw', 'Totaalbedrag', 'Totaal', 'Factuurbedrag'],
  due: ['Te betalen', 'Openstaand bedrag'],
  paid: ['Aanbetaling', 'Reeds betaald'],
  discount: ['Korting'],
  charge: ['Verzendkosten', 'Vracht'],
  columns: {
    position: ['Nr.', 'Regel'], article: ['Artikelnr.', 'Code'], description: ['Omschrijving', 'Artikel'], quantity: ['Aantal', 'Hoeveelheid'],
    unit: ['Eenheid'], price: ['Prijs', 'Stuksprijs'], tax: ['Btw', 'Btw %'], amount: ['Bedrag', 'Totaal'],
  },
  units: ['st.', 'kg', 'uur', 'doos'],
  carried: ['Transport', 'Over te brengen'],
  breakdown: ['Btw-specificatie', 'Btw-overzicht'],
  greeting: ['Geachte heer, mevrouw,', 'Dank voor uw bestelling.'],
  payment: ['Betaling binnen 30 dagen.', 'Gelieve te betalen vóór {date}.', 'Vermeld {number} bij uw betaling.'],
  registration: ['KvK {town} {digits}', 'Btw {vat}'],
  phone: ['Tel.', 'Telefoon'],
  honorific: ['De heer', 'Mevr.'],
  attention: ['t.a.v.', 'Afdeling'],
  of: 'van',
  months: ['januari', 'februari', 'maart', 'april', 'mei', 'juni', 'juli', 'augustus', 'september', 'oktober', 'november', 'december'],
  legal: ['B.V.', 'N.V.', 'BV', 'V.O.F.'],
  trades: ['Bouw', 'Techniek', 'Groothandel', 'Transport', 'Drukkerij', 'Advies', 'Installaties', 'Bakkerij'],
  countries: ['Nederland', 'België', 'NL'],
  taxRates: [21, 9],
  taglines: ['Sinds 1971', 'Uw specialist in techniek'],
  misleading: [['Leverancier B.V.', 'Klant & Zoon N.V.']],
};

/** The languages of generated documents; German first, because the labelled invoices mostly are. */
export const languages: readonly [Language, ...Language[]] = [german, french, english, spanish, italian, dutch];
