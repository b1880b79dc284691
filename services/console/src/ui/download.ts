/** Has the browser save an answer under a name. It is read as a whole, because a link carries no key. */
export async function saveAnswer(answer: Response, name: string): Promise<void> {
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it over by the next turn of the loop.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  });
}
