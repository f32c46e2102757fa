//! Pictures of a snapshot: bars, gauges, partitions, trees. Each is a function of plain data, prints its figure beside it,
//! and has a form in ASCII.
