/// Returns the quantile of values at a share in 0 ... 1, linear between neighbours of the sorted order.
///
/// It needs at least one value. Only the two neighbours come to their sorted places, in a time proportional to the
/// number of values; the others are left in some order.
///
/// Source: C. A. R. Hoare, Algorithm 65: Find, Communications of the ACM 4(7), 1961, doi:10.1145/366622.366647.
func quantile(_ share: Double, of values: inout [Double]) -> Double {
  let place = share * Double(values.count - 1)
  let below = Int(place)
  values.select(below)
  let low = values[below]
  let high = values[(below + 1)...].min() ?? low
  return low + (place - Double(below)) * (high - low)
}

extension [Double] {
  /// Puts the value of the sorted sample at one place, with no larger value before it and no smaller one behind it.
  fileprivate mutating func select(_ place: Int) {
    var (first, last) = (0, count - 1)
    while first < last {
      // The median of three, so that sorted values do not take the square of the time.
      let middle = first + (last - first) / 2
      let (low, high) = (Swift.min(self[first], self[last]), Swift.max(self[first], self[last]))
      let pivot = Swift.min(Swift.max(self[middle], low), high)
      var (left, right) = (first, last)
      while left <= right {
        while self[left] < pivot { left += 1 }
        while self[right] > pivot { right -= 1 }
        if left <= right {
          swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if place <= right { last = right } else if place >= left { first = left } else { return }
    }
  }
}
