/** Runs one change of the sealed files after the other, so that two of the same content cannot cross. */
export type InTurn = <Answer>(work: () => Promise<Answer>) => Promise<Answer>;

/** Runs what it is given one after the other, in the order of the calls. */
export function createTurns(): InTurn {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const answer = turn.then(work);
    turn = answer.catch(() => undefined);
    return answer;
  };
}
