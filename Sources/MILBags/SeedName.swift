extension BagDataset {
  /// What folds and seeds of trials are drawn under: who the bags are, whatever file or name they come under.
  ///
  /// A set of the catalogue or a made one has its name there (``catalogueName``); all other bags have
  /// ``contentName``, so that the same bags get the same folds and the same trials under every name, in every format
  /// and as an imported set.
  public var seedName: String { catalogueName ?? contentName }

  /// `content-` and 32 hexadecimal digits: the beginning of the SHA-256 digest of bag names, labels and groups, in
  /// order.
  ///
  /// Folds are drawn from these alone, so features do not count: a set with one feature less keeps its folds.
  /// ``fingerprint`` tells features.
  public var contentName: String {
    var digest = SHA256()
    func add(_ text: String) { digest.update([UInt8]("\(text.utf8.count):\(text),".utf8)) }
    add(String(bagCount))
    bagNames.forEach(add)
    labels.forEach { add(String($0)) }
    // No groups and a group a bag are not the same to those who draw folds.
    add(groups == nil ? "no groups" : "groups")
    groups?.forEach(add)
    return "content-" + digest.finish().prefix(32)
  }

  /// The name that recipes and circulating folds are looked for under: that of the set these bags are a copy of, or
  /// else their own.
  public var nameOfOriginal: String { catalogueName ?? name }
}
