import MILRecords

/// Sentences about the effect of the folds' classes on an AUC, for captions and for programs.
package enum FoldClassNotes {
  /// Returns the notes about one cell, most important first.
  package static func notes(of cell: CellSummary) -> [String] {
    let classes = cell.classes
    let training = classes.oneClassTrainingFolds.flatMap { folds in
      folds > 0
        ? "Training bags have one class in \(folds) of \(cell.trials) folds; no model can learn to tell bags apart there."
        : nil
    }
    let hasTwoClasses = classes.aucFolds + classes.oneClassTestFolds > 0
    guard cell.finished > 0, hasTwoClasses else { return hasTwoClasses ? training.map { [$0] } ?? [] : [] }
    var notes: [String] = []
    if let label = classes.onlyLabel {
      let name = label == 1 ? "positive" : "negative"
      notes.append("All test bags are \(name): accuracy says nothing, AUC is not defined.")
    }
    notes.append(
      "AUC: mean over the folds whose test bags have both classes, \(classes.aucFolds) of \(cell.finished)"
        + (classes.aucFolds == 0 ? ", so it is not defined." : "."))
    if let training { notes.append(training) }
    if classes.pooledIsBiased { notes.append(pooled(classes)) }
    return notes
  }

  private static func pooled(_ classes: FoldClasses) -> String {
    let start = classes.isLeaveOneOut ? "AUC pooled is biased, since each test fold is one bag" : "AUC pooled is biased"
    let size =
      classes.trainingShareAUC.map {
        ": the share of positive training bags alone, which knows no feature, would have \(NumberText.share($0)) in place "
          + "of .500"
      } ?? ""
    return "\(start)\(size). What each bag counts in by itself holds: accuracy over bags, balanced accuracy, log loss "
      + "and Brier score. \(advice(classes)); leaving out each pair of a positive and a negative bag (Airola et al. 2011) is "
      + "not offered."
  }

  /// Returns the number of stratified folds that have bags of both classes each, in half a sentence.
  private static func advice(_ classes: FoldClasses) -> String {
    let rare = min(classes.positiveBags, classes.negativeBags)
    let name = classes.positiveBags == rare ? "positive" : "negative"
    guard rare > 1 else {
      return "No folds have bags of both classes each, since \(rare == 0 ? "no" : "only one") bag is \(name)"
    }
    return "For an AUC take stratified folds, at most \(rare), so that each has bags of both classes"
  }

  /// Returns the folds over which the AUC of a table's cells is a mean, and the number of omitted folds.
  static func area(_ cells: [(title: String, cell: CellSummary)]) -> String {
    let text = "mean over the folds whose test bags have both classes"
    let left = listed(cells) { cell in
      cell.classes.oneClassTestFolds > 0 ? "\(cell.classes.oneClassTestFolds) of \(cell.finished)" : nil
    }
    return left.isEmpty ? "\(text); no fold is left out" : "\(text); folds left out: \(left)"
  }

  /// Returns the other notes in captions of tables.
  static func others(_ cells: [(title: String, cell: CellSummary)]) -> [String] {
    let one = listed(cells) { cell in cell.classes.onlyLabel.map { $0 == 1 ? "positive" : "negative" } }
    let training = listed(cells) { cell in
      cell.classes.oneClassTrainingFolds.flatMap { $0 > 0 ? "\($0) of \(cell.trials)" : nil }
    }
    let single = listed(cells) { $0.classes.isLeaveOneOut ? "each test fold is one bag" : nil }
    var notes: [String] = []
    if !one.isEmpty { notes.append("All test bags are of one class: \(one).") }
    if !training.isEmpty {
      notes.append(
        "Folds whose training bags have one class, where no model can learn to tell bags apart: \(training).")
    }
    if !single.isEmpty {
      notes.append(
        "Leave-one-out: \(single). No AUC of a fold is defined there, and one pooled over folds is biased; read figures over "
          + "bags: accuracy, balanced accuracy, log loss and Brier score.")
    }
    return notes + pooled(cells)
  }

  /// Returns the notes about the AUC pooled over folds.
  private static func pooled(_ cells: [(title: String, cell: CellSummary)]) -> [String] {
    let biased = cells.filter { $0.cell.classes.pooledIsBiased }
    let areas = biased.compactMap { pair in pair.cell.classes.trainingShareAUC.map { (title: pair.title, area: $0) } }
    guard let low = areas.min(by: { $0.area < $1.area }), let high = areas.max(by: { $0.area < $1.area })
    else { return [] }
    let range =
      NumberText.share(low.area) == NumberText.share(high.area)
      ? NumberText.share(low.area)
      : "\(NumberText.share(low.area)) (\(low.title)) to \(NumberText.share(high.area)) (\(high.title))"
    var seen: Set<String> = []
    let titles = biased.map(\.title).filter { seen.insert($0).inserted }.joined(separator: ", ")
    return [
      "AUC pooled over folds (aucPooled in table.csv) is biased on \(titles): folds leave out another share of positive bags "
        + "than they keep, so that the share of positive training bags alone, which knows no feature, would have \(range) in "
        + "place of .500."
    ]
  }

  /// Returns the texts about cells with the data sets for which they are true: `3 of 50 (MUSK1, MUSK2); 1 of 50 (FOX)`.
  private static func listed(
    _ cells: [(title: String, cell: CellSummary)], _ text: (CellSummary) -> String?
  ) -> String {
    var order: [String] = []
    var titles: [String: [String]] = [:]
    for (title, cell) in cells where cell.finished > 0 {
      guard let words = text(cell) else { continue }
      if titles[words] == nil { order.append(words) }
      if titles[words]?.contains(title) != true { titles[words, default: []].append(title) }
    }
    return order.map { "\($0) (\((titles[$0] ?? []).joined(separator: ", ")))" }.joined(separator: "; ")
  }
}
