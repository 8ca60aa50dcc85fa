import LinearAlgebra

/// The entries of a batch of sparse rows by column, recomputed for each batch.
final class SparseColumns<Scalar: KernelScalar> {
  /// The number of columns.
  let width: Int
  /// The number of entries that fit.
  let capacity: Int
  /// The first entry of each column, and the number of entries.
  private let starts: IndexStorage
  private let rows: IndexStorage
  private let values: AlignedStorage<Scalar>
  /// The columns that are not all 0, their bases, and the first entry of each.
  private let live: IndexStorage
  private let liveBases: AlignedStorage<Scalar>
  private let liveStarts: IndexStorage

  init(width: Int, entries: Int) {
    self.width = width
    capacity = entries
    starts = IndexStorage(count: width + 2)
    rows = IndexStorage(count: entries)
    values = AlignedStorage(count: entries)
    live = IndexStorage(count: width)
    liveBases = AlignedStorage(count: width)
    liveStarts = IndexStorage(count: width + 1)
  }

  /// Sorts the entries of the batch's rows by column; within a column they keep the order of rows.
  private func collect(_ sparse: SparsePointers<Scalar>, _ batchRows: UnsafePointer<Int32>, _ rowCount: Int) {
    // starts[c + 2] counts column c; then starts[c + 1] becomes the position of its next entry.
    let starts = starts.baseAddress
    starts.update(repeating: 0, count: width + 2)
    for row in 0..<rowCount {
      let source = Int(batchRows[row])
      for entry in sparse.starts[source]..<sparse.starts[source + 1] { starts[Int(sparse.columns[entry]) + 2] += 1 }
    }
    for column in 0..<width { starts[column + 2] += starts[column + 1] }
    for row in 0..<rowCount {
      let source = Int(batchRows[row])
      for entry in sparse.starts[source]..<sparse.starts[source + 1] {
        let place = Int(starts[Int(sparse.columns[entry]) + 1])
        rows.baseAddress[place] = Int32(row)
        values.baseAddress[place] = sparse.differences[entry]
        starts[Int(sparse.columns[entry]) + 1] += 1
      }
    }
  }

  /// Lists the columns to update: all of them, or those that are not all 0 in the training.
  private func list(_ sparse: SparsePointers<Scalar>, all: Bool) -> Int {
    let count = all ? width : sparse.liveColumns.count
    for index in 0..<count {
      let column = all ? index : Int(sparse.liveColumns[index])
      live.baseAddress[index] = Int32(column)
      liveBases.baseAddress[index] = sparse.base[column]
      // Columns in between have no entries, so that the end of one is the start of the next.
      liveStarts.baseAddress[index] = starts.baseAddress[column]
    }
    liveStarts.baseAddress[count] = starts.baseAddress[width]
    return count
  }

  /// Returns the gradient base (sum of slopes)' + S' slope of the weights of the batch's rows, for the columns that are
  /// not all 0 or for all columns.
  func gradient(
    of sparse: SparsePointers<Scalar>, _ batchRows: UnsafePointer<Int32>, _ rowCount: Int, all: Bool,
    total: UnsafePointer<Scalar>, slope: UnsafePointer<Scalar>, columns n: Int
  ) -> SparseProductGradient<Scalar> {
    collect(sparse, batchRows, rowCount)
    let count = list(sparse, all: all)
    return SparseProductGradient(
      n: n, columns: live.baseAddress, count: count, base: liveBases.baseAddress, starts: liveStarts.baseAddress,
      rows: rows.baseAddress, values: values.baseAddress, total: total, d: slope)
  }
}
