import classes from './Brand.module.css';

/** The mark and the name of the product. */
export function Brand() {
  return (
    <span className={classes.brand}>
      <svg width={24} height={24} viewBox="0 0 24 24" aria-hidden>
        <rect width={24} height={24} rx={6} className={classes.ground} />
        <path
          d="M7.5 17.5v-11h5a3.4 3.4 0 0 1 0 6.8h-5m5.2 0 4 4.2"
          fill="none"
          stroke="#fff"
          strokeWidth={2}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className={classes.name}>
        RISCURA <span>Console</span>
      </span>
    </span>
  );
}
