/// The names that a mistyped one may have meant, nearest first: at most three.
///
/// Nearness is the number of letters to insert, delete, replace or swap with their neighbour, whatever their case;
/// a name that contains what was typed comes at distance 1. When nothing is near, the nearest there is is given.
///
/// - Parameters:
///   - typed: what the user wrote.
///   - names: the valid names.
public func nearestNames(to typed: String, in names: [String]) -> [String] {
  let wanted = Array(typed.lowercased().prefix(64))
  let ranked = names.map { name -> (distance: Int, name: String) in
    let candidate = Array(name.lowercased().prefix(64))
    let distance = editDistance(wanted, candidate)
    let isPart = wanted.count >= 3 && name.lowercased().contains(typed.lowercased())
    return (isPart ? min(distance, 1) : distance, name)
  }.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
  guard let best = ranked.first else { return [] }
  let limit = max(best.distance, min(wanted.count / 3, best.distance + 1))
  return ranked.prefix { $0.distance <= limit }.prefix(3).map(\.name)
}

/// The optimal string alignment distance.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var older = [Int](repeating: 0, count: right.count + 1)
  var previous = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var best = min(previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
        best = min(best, older[column - 1] + 1)
      }
      current.append(best)
    }
    (older, previous) = (previous, current)
  }
  return previous[right.count]
}
