/**
 * What we read back from Notion, as valibot schemas: only the fields we use, unknown ones ignored. A
 * page without the right to read content comes without properties, and is a page all the same.
 */
import * as v from 'valibot'

const Texts = v.array(v.object({ plain_text: v.string() }))
const Option = v.object({ name: v.string() })

const Id = { id: v.optional(v.string()) }

const WrittenProperty = v.variant('type', [
  v.object({ ...Id, type: v.literal('title'), title: Texts }),
  v.object({ ...Id, type: v.literal('rich_text'), rich_text: Texts }),
  v.object({ ...Id, type: v.literal('number'), number: v.nullable(v.number()) }),
  v.object({ ...Id, type: v.literal('select'), select: v.nullable(Option) }),
  v.object({ ...Id, type: v.literal('multi_select'), multi_select: v.array(Option) }),
  v.object({
    ...Id,
    type: v.literal('date'),
    date: v.nullable(v.object({ start: v.string(), end: v.nullish(v.string()) })),
  }),
  v.object({ ...Id, type: v.literal('phone_number'), phone_number: v.nullable(v.string()) }),
  v.object({ ...Id, type: v.literal('email'), email: v.nullable(v.string()) }),
  v.object({ ...Id, type: v.literal('url'), url: v.nullable(v.string()) }),
  v.object({ ...Id, type: v.literal('checkbox'), checkbox: v.boolean() }),
  v.object({
    ...Id,
    type: v.literal('relation'),
    relation: v.array(v.object({ id: v.string() })),
    has_more: v.optional(v.boolean(), false),
  }),
])

/** Of a type that we neither write nor read. */
const OtherProperty = v.pipe(
  v.object({ type: v.string() }),
  v.transform((): { type: 'other' } => ({ type: 'other' })),
)

/** Of types that Notion computes: read in Canvas, where numbers may stand in them. */
const ComputedProperty = v.variant('type', [
  v.object({
    ...Id,
    type: v.literal('formula'),
    formula: v.object({ string: v.nullish(v.string()), number: v.nullish(v.number()) }),
  }),
  v.object({
    ...Id,
    type: v.literal('rollup'),
    rollup: v.object({ array: v.optional(v.array(v.union([WrittenProperty, OtherProperty]))) }),
  }),
])

export const PageProperty = v.union([WrittenProperty, ComputedProperty, OtherProperty])
export type PageProperty = v.InferOutput<typeof PageProperty>

const User = v.nullish(v.object({ id: v.string() }))

export const Page = v.object({
  object: v.literal('page'),
  id: v.string(),
  url: v.optional(v.string(), ''),
  created_time: v.optional(v.string(), ''),
  last_edited_time: v.optional(v.string(), ''),
  created_by: User,
  last_edited_by: User,
  in_trash: v.optional(v.boolean(), false),
  archived: v.optional(v.boolean(), false), // in_trash, before 2026-03-11
  parent: v.optional(v.object({ data_source_id: v.optional(v.string()) })),
  properties: v.optional(v.record(v.string(), PageProperty), {}),
})
export type Page = v.InferOutput<typeof Page>

/** No page: a data source of a wiki. A page that cannot be read is no such row, but a broken answer. */
const OtherRow = v.pipe(
  v.object({ object: v.pipe(v.string(), v.notValue('page')) }),
  v.transform(() => null),
)

/** A page of a query; `results` are pages only. */
export const QueryAnswer = v.object({
  results: v.pipe(
    v.array(v.union([Page, OtherRow])),
    v.transform((rows) => rows.filter((row) => row !== null)),
  ),
  next_cursor: v.nullish(v.string(), null),
  has_more: v.boolean(),
  request_status: v.optional(v.object({ type: v.string() })),
})

export const Database = v.object({
  id: v.string(),
  in_trash: v.optional(v.boolean(), false),
  data_sources: v.array(v.object({ id: v.string(), name: v.nullish(v.string(), '') })),
})

export const DataSource = v.object({
  id: v.string(),
  properties: v.record(
    v.string(),
    v.object({
      id: v.optional(v.string(), ''),
      type: v.string(),
      relation: v.optional(v.object({ data_source_id: v.optional(v.string()) })),
    }),
  ),
})
export type DataSource = v.InferOutput<typeof DataSource>

export const Blocks = v.object({
  results: v.array(v.object({ object: v.string() })),
  next_cursor: v.nullish(v.string(), null),
  has_more: v.boolean(),
})

/** Of a block we read no more than the text of a paragraph. */
export const FirstBlocks = v.object({
  results: v.array(
    v.object({ id: v.string(), paragraph: v.optional(v.object({ rich_text: Texts })) }),
  ),
})

export const Self = v.object({ id: v.string() })
