import type { Static, TArray, TObject, TOptional, TProperties, TSchema, TUnsafe } from 'typebox';

/** Marks, for the type system only, a field that defaulting fills in. */
export interface HasDefault {
  readonly '~default': true;
}

/** The type of what a user may write: fields with a default may be left out. */
export type Written<S extends TSchema> = Shape<S, TOptional>;

/** The type after defaulting: fields with a default are there. */
export type Defaulted<S extends TSchema> = Shape<S, TOptional & { readonly '~default'?: never }>;

/**
 * The static type of a schema, readonly all the way down (TypeBox's own is writable). `Absent` is what a
 * property's schema looks like if the property may be absent.
 */
type Shape<S extends TSchema, Absent> =
  S extends TUnsafe<infer T>
    ? T
    : S extends TObject<infer P>
      ? ShapeOfProperties<P, Absent>
      : S extends TArray<infer Item extends TSchema>
        ? readonly Shape<Item, Absent>[]
        : Static<S>;

type ShapeOfProperties<P extends TProperties, Absent> = Flat<
  {
    readonly [K in keyof P as P[K] extends Absent ? never : K]: Shape<P[K], Absent>;
  } & {
    readonly [K in keyof P as P[K] extends Absent ? K : never]?: Shape<P[K], Absent>;
  }
>;

type Flat<T> = { [K in keyof T]: T[K] };
