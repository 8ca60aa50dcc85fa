import ArgumentParser
import MILBags
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILFormats

/// The folds that the command line requests.
enum FoldChoice: ExpressibleByArgument, CustomStringConvertible {
  /// A number of folds to draw.
  case drawn(Int)
  /// Leave-one-out, published folds of the data set, or a file.
  case named(String)

  /// The help text of the option.
  static let help: String =
    "The number of folds, 10 by default; loo for leave-one-out (of groups where bags have them); folds that circulate "
    + "with the set; or a file, folder or quoted pattern of splits: splits_0.csv, a table of bags and folds, what folds "
    + "export wrote."

  init?(argument: String) {
    guard !argument.allSatisfy(\.isWhitespace) else { return nil }
    // A number that is not whole is a mistake, not a name.
    if Double(argument) != nil {
      guard let count = Int(argument) else { return nil }
      self = .drawn(count)
    } else {
      self = .named(argument)
    }
  }

  var description: String {
    switch self {
    case .drawn(let count): String(count)
    case .named(let scheme): scheme
    }
  }

  /// The split file, if there is one; a scheme's name may follow it.
  var inputs: [InputFile] {
    guard case .named(let text) = self else { return [] }
    let paths = [text] + (text.lastIndex(of: "#").map { [String(text[..<$0])] } ?? [])
    return paths.map { InputFile("--folds", $0) }
  }

  /// Refuses numbers of folds that leave no training bags.
  func validate() throws {
    if case .drawn(let count) = self, count < 2 {
      throw ValidationError("--folds is \(count), expected at least 2, loo, or a file of splits")
    }
  }

  /// Refuses folds beside a column of folds.
  static func refuse(_ folds: FoldChoice?, beside file: DataFileOptions, _ splits: SplitsOption) throws {
    let given = [
      folds.map { "--folds \($0)" }, file.foldColumn.first.map { "--fold-column \($0)" },
      splits.splits.map { "--splits \($0)" },
    ].compactMap(\.self)
    if given.count > 1 {
      throw ValidationError("\(given.joined(separator: " and ")) both give folds, expected one of them")
    }
  }

  /// Returns the requested folds, including those of --splits.
  static func asked(_ folds: FoldChoice?, _ splits: SplitsOption) -> FoldChoice? {
    folds ?? splits.splits.map { .named($0) }
  }
}

extension FoldChoice {
  /// Refuses unknown names of folds.
  func check(in store: DatasetStore) throws {
    guard case .named(let text) = self else { return }
    try MistakenCall.catch { try store.checkFolds(named: text) }
  }
}

extension Experiment {
  /// Applies the requested folds; by default, those of the data set's own columns, or else ten drawn ones.
  mutating func take(_ choice: FoldChoice?, of dataset: BagDataset, _ store: DatasetStore) throws {
    switch choice {
    case .drawn(let count): folds = count
    case .named(let scheme) where store.isOfTheData(scheme):
      (foldScheme, foldsAreOfTheData) = (scheme, true)
    case .named(let scheme):
      folds = try store.catalogue.foldScheme(named: scheme, of: dataset.nameOfOriginal).folds
      foldScheme = scheme
    case nil:
      if dataset.foldNames != nil { (foldScheme, foldsAreOfTheData) = (PredefinedFolds.columnsOfTheData, true) }
    }
  }
}
