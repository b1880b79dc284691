import type { FieldDefinition } from '@docfleet/contracts';

type Weights = Readonly<Record<string, number>>;

/** Prior weights of each type of field, for all classes: labels count for a value, phrases to avoid against it. */
const money: Weights = {
  bias: -3,
  label: 1.2,
  'label:row': 0.6,
  'label:strong': 0.8,
  'label:header': 0.4,
  avoid: -1.5,
  'avoid:row': -1,
  'avoid:above': -0.3,
  'money:two': 0.5,
  'money:max': 0.6,
  'money:support': 0.5,
  repeat: 0.3,
  'money:zero': -1.5,
  'money:inText': -1,
  'money:sum': 0.3,
  'row:last': 0.3,
  last: 0.2,
};
const date: Weights = {
  bias: -2,
  label: 1.2,
  'label:row': 0.5,
  'label:strong': 0.8,
  'label:header': 0.3,
  avoid: -1.5,
  'avoid:row': -0.7,
  first: 0.8,
  top: 0.5,
  alone: 0.3,
  'date:inText': -0.5,
  'date:stamp': 0.5,
  repeat: 0.3,
  'near:before': -3,
  'near:itself': -2,
  'near:row': 1.5,
  'near:next': 1,
  'near:below': 0.5,
};
const identifier: Weights = {
  bias: -3,
  label: 1.5,
  'label:row': 0.7,
  'label:strong': 1,
  'label:header': 0.3,
  avoid: -2,
  'avoid:row': -0.5,
  hash: 0.7,
  'id:date': -2.5,
  'id:money': -2,
  'id:phone': -1.5,
  'id:year': -1,
  'id:postcode': -1.5,
  top: 0.8,
  first: 0.5,
  alone: 0.3,
  repeat: 0.3,
  'id:long': -0.5,
  'id:short': -0.5,
};
const text: Weights = {
  'hint:stop': -1.5,
  'begins:stop': -0.5,
  'hint:street': -1.2,
  'hint:contact': -2,
  'has:colon': -1.5,
  'ends:colon': -2,
  'has:date': -2,
  'has:dollar': -2,
  digits: -2,
  prose: -1.5,
  'has:number': -2,
  'near:sameValue': -4,
  short: -0.7,
  avoid: -0.7,
  'avoid:of': -1.5,
  'label:of': 0.8,
  'label:starts': 0.7,
  'label:over': 0.5,
  'rel:inline': 0.8,
  'rel:right': 0.8,
  'rel:below': 0.5,
  'rel:rightOfText': -0.7,
  'rel:belowText': -0.5,
  'rel:belowSecond': -0.8,
  'rel:belowRight': -0.8,
  'lines:2': -0.8,
  'lines:3': -1.5,
};
const name: Weights = {
  ...text,
  bias: -4,
  top: 0.8,
  order: 1,
  size: 0.7,
  'hint:legal': 1.2,
  'ends:legal': 0.8,
  'hint:suffix': 0.5,
  'below:street': 0.6,
  'below:postcode': 1,
  'label:above': 1,
  'label:row': 0.5,
  'avoid:above': -1,
  'below:legal': -0.7,
  cut: -0.2,
  'hint:place': -0.5,
};
const line: Weights = { ...text, bias: -1.5 };
const address: Weights = {
  bias: -3,
  'block:alike': 2,
  'block:foreign': -2,
  'block:postcode': 1.5,
  'block:endsPlace': 0.8,
  'block:startsStreet': 1,
  'block:firstLooks': 0.8,
  'block:lastLooks': 1,
  'block:gap': -1,
  'block:company': -2,
  'above:looks': -1,
  'below:looks': -1,
  'below:foreign': 0.5,
  'near:under': 1,
  'near:over': -2,
  'near:far': -0.7,
  avoid: -1.5,
  top: 1,
};
const choice: Weights = { 'choice:alone': 1.5, 'choice:first': 0.7, top: 1, repeat: 0.2 };
const currency: Weights = { bias: 1, share: 2, repeat: 0.3, label: 1 };

/** Prior weights of the score of a learned model, the same for every type. */
const learned: Weights = { learned: 0.6, 'learned:none': -2, 'learned:only': -0.5 };

/** Prior weights of a field: training starts at them, and an untrained field uses them unchanged. */
export function priorOf(field: FieldDefinition): Weights {
  return { ...typePriorOf(field), ...learned };
}

function typePriorOf(field: FieldDefinition): Weights {
  switch (field.type) {
    case 'money':
      return money;
    case 'date':
      return date;
    case 'identifier':
      return identifier;
    case 'currency':
      return currency;
    case 'count':
      return {};
    case 'text':
      return { name, line, address, choice }[field.shape];
  }
}

/** The weights of a field: trained ones, else the priors. */
export function weightsOf(field: FieldDefinition): Weights {
  return Object.keys(field.weights).length > 0 ? field.weights : priorOf(field);
}
