/** What the planner's explanations consist of. Documents from before some facts were kept lack them. */
type People = Readonly<Record<string, string>>;
type Counts = Readonly<Record<string, number>>;

export interface Reason {
  code: string;
  sentence: string;
  cause?: string;
  count?: number;
  nearest?: string | null;
  shortfall?: number | null;
  visits?: readonly string[];
  until?: string | null;
  lacking?: Counts;
  only?: readonly string[];
  people?: People;
}

export interface BrokenRule {
  rule: string;
  sentence: string;
  visit_id: string | null;
  engineer_id: string | null;
  cause?: string;
  at?: string | null;
  agreed?: string | null;
  lacking?: Counts;
  people?: People;
}

export interface Choice {
  sentence: string;
  considered: number;
  code?: string;
  engineer_id?: string;
  alternatives: readonly { engineer_id: string; sentence: string }[];
  people?: People;
}

export interface Change {
  kind: string;
  sentence: string;
  engineer_id: string;
  amount?: number;
  until?: string | null;
  gives_way: string | null;
  goes_to?: string | null;
  names?: Counts;
  warehouse_id?: string | null;
  people?: People;
}

/** A place for a visit, and what it costs: on the board, or offered to a customer. */
export interface Offered {
  sentence: string;
  engineer_id: string;
  cost: number;
  travel: number;
  late: number;
  othersLate?: number;
  drawbacks?: readonly string[] | undefined;
  people?: People | undefined;
}
