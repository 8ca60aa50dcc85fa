extension BagDataset {
  /// The name that seeds folds and trials: the identity of the bags, independent of file and name.
  ///
  /// A set of the catalogue or a generated set has its name there (``catalogueName``); all other bags have
  /// ``contentName``. The same bags therefore get the same folds and trials under every name, in every format and as an
  /// imported set.
  package var seedName: String { catalogueName ?? contentName }

  /// The prefix `content-` and the first 32 hexadecimal digits of the SHA-256 digest of bag names, labels and groups,
  /// in order.
  ///
  /// Folds are drawn from these alone, so features do not count: a set with one feature less keeps its folds.
  /// ``fingerprint`` covers features.
  package var contentName: String {
    var digest = SHA256()
    func add(_ text: String) { digest.update([UInt8]("\(text.utf8.count):\(text),".utf8)) }
    add(String(bagCount))
    bagNames.forEach(add)
    labels.forEach { add(String($0)) }
    // No groups and one group per bag lead to different draws of folds.
    add(groups == nil ? "no groups" : "groups")
    groups?.forEach(add)
    return "content-" + digest.finish().prefix(32)
  }

  /// The name under which recipes and circulating folds are looked up: that of the original if these bags are a copy of
  /// it, otherwise their own.
  package var nameOfOriginal: String { catalogueName ?? name }
}
