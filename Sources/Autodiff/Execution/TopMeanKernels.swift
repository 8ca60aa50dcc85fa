import LinearAlgebra

/// The mean of the largest values over the instances of a bag, column by column.
extension Executor {
  /// Sums the values from the largest down, so that the order of instances changes no bit; the smallest one taken is
  /// kept for the backward pass.
  func topMean(
    _ count: Int, _ rows: Range<Int>, _ input: UnsafePointer<Scalar>, _ width: Int,
    _ result: UnsafeMutablePointer<Scalar>, smallest: UnsafeMutablePointer<Scalar>?
  ) {
    let (count, best) = (min(count, rows.count), scratch)
    for column in 0..<width {
      var taken = 0
      // What is not a number is larger than nothing, and must not get lost.
      var sum: Scalar = 0
      for row in rows {
        let value = input[row * width + column]
        if value.isNaN { sum = value }
        if taken < count { taken += 1 } else if !(value > best[count - 1]) { continue }
        var place = taken - 1
        while place > 0 && best[place - 1] < value {
          best[place] = best[place - 1]
          place -= 1
        }
        best[place] = value
      }
      for place in 0..<count { sum += best[place] }
      result[column] = sum / Scalar(count)
      smallest?[column] = best[count - 1]
    }
  }

  /// Each value above the smallest one taken gets an equal share; those that tie with it divide what remains.
  func topMeanBackward(
    _ count: Int, _ rows: Range<Int>, _ step: Step, _ slope: UnsafePointer<Scalar>,
    smallest: UnsafePointer<Scalar>
  ) {
    let (input, width) = (UnsafePointer(values[step.first]), step.columns)
    let (above, tied) = (scratch, scratch + scratchColumns)
    above.update(repeating: 0, count: width)
    tied.update(repeating: 0, count: width)
    for row in rows {
      let input = input + row * width
      for column in 0..<width {
        if input[column] > smallest[column] { above[column] += 1 }
        if input[column] == smallest[column] { tied[column] += 1 }
      }
    }
    let taken = Scalar(min(count, rows.count))
    let share = 1 / taken
    // From here on the share of each of the tied values.
    for column in 0..<width { tied[column] = (taken - above[column]) * share / tied[column] }
    for row in rows {
      let input = input + row * width
      fill(gradients[step.first] + row * width, width, step.flowToFirst) { column in
        if input[column] > smallest[column] { return slope[column] * share }
        return input[column] == smallest[column] ? slope[column] * tied[column] : 0
      }
    }
  }
}
