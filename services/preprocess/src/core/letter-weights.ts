export const letterWeights = {
  hidden: { scale: 1, bytes: '' },
  bias: { scale: 1, bytes: '' },
  output: { scale: 1, bytes: '' },
};
