import type { Random } from '@docfleet/samples';

/** Draws with a weight for each choice. */
export function weighted<T>(random: Random, choices: readonly (readonly [T, number])[]): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let at = random.next() * total;
  for (const [choice, weight] of choices) {
    at -= weight;
    if (at < 0) return choice;
  }
  throw new RangeError('There must be a choice with a weight above 0.');
}

/** One of the words of a text. */
export function wordOf(random: Random, words: string): string {
  const list = words.split(' ');
  return (list[random.integer(0, list.length - 1)] ?? '').replaceAll('_', ' ');
}

export function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.integer(0, 9)).join('');
}

/** A pronounceable word that no list has, in capitals. */
export function inventedWord(random: Random, syllables = random.integer(2, 4)): string {
  const syllable = (): string =>
    wordOf(random, 'b c d f g h j k l m n p r s t v w y z ch sh th kr st br') +
    wordOf(random, 'a e i o u a e i o u ai ee oo') +
    (random.next() < 0.35 ? wordOf(random, 'n ng m k r l t s h p') : '');
  return Array.from({ length: syllables }, syllable).join('').toUpperCase();
}

const brandWords =
  'SUNRISE MOONLIGHT STARLIGHT GOLDEN SILVER CRYSTAL EMERALD RUBY GREEN BLUE WHITE LUCKY HAPPY GRAND ROYAL IMPERIAL CITY VILLAGE HARBOUR OCEAN RIVER HILL GARDEN FRESH PRIME FIRST UNITED EASTERN WESTERN NORTHERN SOUTHERN MEGA SUPER MINI FAMILY HOME SMART BEST TOP NEW MODERN CLASSIC URBAN DIGITAL POWER SPEED DRAGON TIGER LION EAGLE PHOENIX LOTUS ROSE ORCHID BAMBOO PINE MAPLE CHINA ASIA PACIFIC ORIENT BORNEO THREE SEVEN EIGHT NINE MAJU JAYA INDAH SETIA BARU UTAMA PERDANA SEJATI MURNI GEMILANG BERSATU MESRA WARISAN';
const familyNames =
  'TAN LIM LEE WONG CHAN NG ONG TEO GOH KOH CHUA YAP HENG SENG HUAT HIN LEONG CHONG WAH FATT KEE SOON TECK GUAN CHEE MENG YEW KIM HONG LONG POH LAI FOO SIANG AIK LIAN YONG CHIN WEI AHMAD HASSAN IBRAHIM ISMAIL OMAR RAHMAN SALLEH KUMAR RAJU SINGH MÜLLER SCHMIDT WEBER MARTIN BERNARD ROSSI GARCIA LOPEZ SMITH JONES BAKER';
const businesses =
  'RESTAURANT RESTORAN CAFE KOPITIAM BISTRO KITCHEN BAKERY FOODS FOOD SEAFOOD NOODLE HOUSE PHARMACY FARMASI CLINIC HARDWARE ELECTRICAL STATIONERY BOOKSTORE BOOKS MACHINERY MOTOR AUTO TYRE SERVICE SERVICES PETROL STATION SUPERMARKET HYPERMARKET MINI_MARKET MART STORE STORES SHOP KEDAI PASARAYA EMPORIUM FASHION BOUTIQUE GIFT FLORIST OPTICAL TELECOM COMPUTER SYSTEMS TECHNOLOGY SOLUTIONS PRINTING FURNITURE LIGHTING PAINT TILES TRADING MARKETING SUPPLY DISTRIBUTION HOLDINGS INDUSTRIES GROUP VENTURES RESOURCES INTERNATIONAL GLOBAL RETAIL PARKING MANAGEMENT KARAOKE HOTEL RESORT TRAVEL LOGISTICS PLASTIC PAPER STEEL AGRO PET BABY SPORTS TOYS DESIGN STUDIO SALON BEAUTY SPA LAUNDRY BURGER PIZZA GRILL CHICKEN DELI';
const legalForms = [
  ['SDN BHD', 32],
  ['SDN. BHD.', 12],
  ['SDN BHD.', 2],
  ['(M) SDN BHD', 6],
  ['(MALAYSIA) SDN BHD', 3],
  ['S/B', 4],
  ['BHD', 3],
  ['BERHAD', 3],
  ['ENTERPRISE', 13],
  ['TRADING', 8],
  ['PLT', 2],
  ['& CO', 2],
  ['& SONS', 1],
  ['MARKETING', 3],
  ['PTE LTD', 2],
  ['LTD', 3],
  ['LIMITED', 2],
  ['INC', 1],
  ['GMBH', 2],
  ['SARL', 1],
  ['', 28],
] as const;

/** The name of a merchant, in capitals. */
export function merchantName(random: Random): string {
  const word = (): string =>
    weighted(random, [
      [inventedWord(random), 4],
      [wordOf(random, brandWords), 3.5],
      [wordOf(random, familyNames), 2.5],
    ]);
  const chance = (share: number): boolean => random.next() < share;
  let name = Array.from({ length: random.pick([1, 1, 2, 2, 3]) }, word).join(' ');
  if (chance(0.06))
    name = `${random.pick(['A', 'B', 'C', 'H', 'K', 'S'])}.${random.pick(['B', 'H', 'M', 'T'])}. ${name}`;
  if (chance(0.05)) name += ` ${digits(random, random.integer(1, 3))}`;
  if (chance(0.04)) name = `${digits(random, 2)} ${name}`;
  if (chance(0.05)) name += "'S";
  if (chance(0.1)) name += ` & ${word()}`;
  const kinds = Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, () => wordOf(random, businesses));
  const form: string = weighted(random, legalForms);
  if (kinds.length === 0 && form === '') kinds.push(wordOf(random, businesses));
  const before = kinds.length > 0 && chance(0.25) ? [kinds.shift()] : [];
  const joined = kinds.length === 2 && chance(0.4) ? [kinds[0], '&', kinds[1]] : kinds;
  const place = chance(0.06) ? [`(${wordOf(random, 'JB PJ KL M SOUTH NORTH CITY')})`] : [];
  return [...before, name, ...joined, ...place, form].filter((part) => part !== '').join(' ');
}

const streetNames =
  'MERPATI KENARI CEMPAKA MELATI MAWAR TERATAI SERI INDAH PERDANA BAKTI HARMONI DAMAI BAHAGIA SENTOSA MAHKOTA WIRA SATRIA NIAGA BESAR PASAR STESEN IPOH KLANG GOMBAK CHERAS SULTAN TUN RAJA HARIMAU GAJAH HELANG NURI PUTERI MUTIARA NILAM INTAN KELAPA DURIAN RAMBUTAN MERANTI PERMAI PAHLAWAN KEMAJUAN USAHA TEKNOLOGI KILANG INDUSTRI UTAMA';
const towns =
  'KUALA_LUMPUR PETALING_JAYA SHAH_ALAM KLANG SUBANG_JAYA PUCHONG KAJANG CHERAS AMPANG KEPONG SERI_KEMBANGAN JOHOR_BAHRU SKUDAI MASAI KULAI BATU_PAHAT MUAR KLUANG PASIR_GUDANG MELAKA SEREMBAN NILAI IPOH TAIPING TELUK_INTAN GEORGE_TOWN BUTTERWORTH ALOR_SETAR SUNGAI_PETANI KUANTAN TEMERLOH KOTA_BHARU KUCHING SIBU MIRI KOTA_KINABALU RAWANG SEMENYIH BANGI SEPANG CYBERJAYA PUTRAJAYA BATU_CAVES SETAPAK';
const states =
  'SELANGOR SELANGOR_DARUL_EHSAN JOHOR JOHOR_DARUL_TAKZIM PERAK PAHANG MELAKA NEGERI_SEMBILAN PULAU_PINANG KEDAH SABAH SARAWAK W.P._KUALA_LUMPUR WILAYAH_PERSEKUTUAN SELANGOR_D.E. MALAYSIA';

/** A postal address, in capitals: seven of eight Malaysian, the others of other countries. */
export function merchantAddress(random: Random): string {
  return random.next() < 0.12 ? foreignAddress(random) : malaysianAddress(random);
}

function foreignAddress(random: Random): string {
  const number = random.integer(1, 240);
  const name = inventedWord(random, 2);
  return random.pick([
    `${name}STR. ${number}, ${digits(random, 5)} ${inventedWord(random, 2)}`,
    `${number} RUE DE ${name}, ${digits(random, 5)} ${inventedWord(random, 2)}`,
    `${number} ${name} ROAD, ${inventedWord(random, 2)}, ${wordOf(random, 'LONDON LEEDS BRISTOL YORK')} ${wordOf(random, 'N1 SW4 LS2 YO1')} ${random.integer(1, 9)}AB`,
    `${number} ${name} AVE, ${inventedWord(random, 2)}, ${wordOf(random, 'NY CA TX OH FL')} ${digits(random, 5)}`,
    `VIA ${name} ${number}, ${digits(random, 5)} ${inventedWord(random, 2)}`,
    `${number} ${name} STREET, #0${random.integer(1, 9)}-${digits(random, 2)}, SINGAPORE ${digits(random, 6)}`,
  ]);
}

function malaysianAddress(random: Random): string {
  const chance = (share: number): boolean => random.next() < share;
  const parts: string[] = [];
  if (chance(0.2))
    parts.push(
      random.pick([
        'GROUND FLOOR',
        '1ST FLOOR',
        '2ND FLOOR',
        `LEVEL ${random.integer(1, 9)}`,
        `UNIT ${random.integer(1, 99)}`,
      ]),
    );
  parts.push(houseNumber(random));
  if (chance(0.18))
    parts.push(
      `${random.pick(['PLAZA', 'WISMA', 'MENARA', 'KOMPLEKS', 'MALL', 'BANGUNAN'])} ${chance(0.5) ? wordOf(random, streetNames) : inventedWord(random)}`,
    );
  parts.push(street(random));
  if (chance(0.15)) parts.push(`SEKSYEN ${random.integer(1, 30)}`);
  if (chance(0.65))
    parts.push(
      `${random.pick(['TAMAN', 'TAMAN', 'TMN', 'BANDAR', 'KAWASAN PERINDUSTRIAN', 'KAMPUNG', 'DESA', 'BUKIT'])} ${chance(0.6) ? wordOf(random, streetNames) : inventedWord(random)}`,
    );
  const town = chance(0.8) ? wordOf(random, towns) : inventedWord(random, 3);
  if (chance(0.88)) parts.push(`${digits(random, 5)} ${town}`);
  else if (chance(0.7)) parts.push(town);
  if (chance(0.6)) parts.push(wordOf(random, states));
  const [first = '', ...rest] = parts;
  const joined = rest.reduce(
    (text, part) =>
      text +
      weighted(random, [
        [', ', 10],
        [',', 4],
        [' ', 3],
        ['. ', 0.7],
      ]) +
      part,
    first,
  );
  return chance(0.35) ? `${joined}.` : joined;
}

function houseNumber(random: Random): string {
  const number = `${random.integer(1, 400)}${random.next() < 0.2 ? random.pick(['A', 'B', 'C', 'G']) : ''}`;
  const pair = random.next() < 0.12 ? `${random.pick([' & ', '-', '&', ', '])}${random.integer(1, 400)}` : '';
  return weighted(random, [
    [`${number}${pair}`, 40],
    [`NO ${number}${pair}`, 14],
    [`NO.${number}${pair}`, 12],
    [`NO. ${number}${pair}`, 12],
    [`LOT ${number}`, 9],
    [`NO:${number}`, 1],
    [`${random.pick(['A', 'B', 'C', 'D'])}-${random.pick(['G', '1', '2'])}-${random.integer(1, 40)}`, 5],
    [`LOT PT ${digits(random, 4)}`, 4],
  ]);
}

function street(random: Random): string {
  const kind = random.pick([
    'JALAN',
    'JALAN',
    'JALAN',
    'JLN',
    'JLN',
    'LORONG',
    'PERSIARAN',
    'LEBUH',
    'SOLOK',
    'LENGKOK',
    'MEDAN',
  ]);
  const number = random.pick([
    String(random.integer(1, 40)),
    `${random.integer(1, 40)}/${random.integer(1, 30)}`,
    `${random.pick(['SS', 'PJU ', 'U', 'PJS ', 'USJ '])}${random.integer(1, 30)}/${random.integer(1, 20)}`,
  ]);
  if (random.next() < 0.25) return `${kind} ${number}`;
  const names = Array.from({ length: random.pick([1, 1, 2]) }, () =>
    random.next() < 0.7 ? wordOf(random, streetNames) : inventedWord(random, 2),
  );
  return [kind, ...names, ...(random.next() < 0.65 ? [number] : [])].join(' ');
}
