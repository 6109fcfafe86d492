import { createContext, useContext } from 'react';

type Level = 2 | 3;

const LevelContext = createContext<Level>(2);

/** Says at which level the titles of sections stand: 3 below a page header that is an `h2`. */
export const SectionLevel = LevelContext;

/** The level of a section's title here. */
export function useSectionLevel(): Level {
  return useContext(LevelContext);
}
