import FoundationEssentials
import MILBags
import UserInput

/// A layout of feature folders: its name, and how to find its files.
///
/// A layout is one file, plus its line in ``FolderLayouts/all``.
protocol FolderLayout: Sendable {
  /// The layout's name, for decisions.
  var id: String { get }

  /// Finds the files of a folder with this layout; nil for any other folder.
  ///
  /// - Throws: ``ReadError`` that names the option, if two readings are plausible.
  func find(in folder: FolderListing, _ options: ReadOptions) throws -> FoundFiles?
}

/// The known layouts, in the order in which they are tried.
enum FolderLayouts {
  static let all: [any FolderLayout] = [
    TorchmilLayout(), ClamLayout(), TridentLayout(), PositionPairs(), IndexedBags(), FlatFiles(),
  ]
}

/// The files of bags that a layout found in a folder.
struct FoundFiles: Sendable {
  /// The files of one bag, or of one slide of it.
  struct Bag: Sendable, Equatable {
    /// The path of the features relative to their common folder, without extensions.
    var name: String
    /// The path of the feature file, relative to the listed folder.
    var features: String
    /// The path of a separate file of places.
    var places: String?
    /// The path of a file of instance labels.
    var instanceLabels: String?
    /// The path of a file with the bag's label.
    var label: String?
  }

  /// The bags, in the order of their files.
  var bags: [Bag]
  /// The layout in a few words: `CLAM, h5_files`.
  var title: String
  /// Further decisions.
  var decisions: [ReadDecision] = []

  /// Returns the decision on files with the folder and name of a bag's that are not read; nil if there are none.
  func leftOut(of listing: FolderListing, _ options: ReadOptions) -> ReadDecision? {
    let used = Set(bags.flatMap { [$0.features] + [$0.places, $0.instanceLabels, $0.label].compactMap(\.self) })
    let names = Set(bags.map { BagFileName.withoutEndings($0.features) })
    let isTable = listing.isTable(of: options)
    let others = listing.files.map(\.path).filter {
      BagFileName.endings.contains(BagFileName.ending(of: $0)) && names.contains(BagFileName.withoutEndings($0))
        && !used.contains($0) && !isTable($0)
    }
    guard !others.isEmpty else { return nil }
    return ReadDecision(.leftOut, BagAnswers.counted(others, "files beside those of features of the same name"))
  }

  /// Returns the feature files in a folder as bags; empty if there are none.
  ///
  /// - Parameters:
  ///   - endings: the accepted file extensions.
  ///   - isDeep: whether to include subfolders.
  static func bags(
    in folder: String, of listing: FolderListing, endings: Set<String>, isDeep: Bool = true
  ) -> [Bag] {
    let start = folder.isEmpty ? "" : folder + "/"
    return listing.files.compactMap { file in
      guard endings.contains(file.ending), file.path.hasPrefix(start), isDeep || file.folder == folder else {
        return nil
      }
      return Bag(
        name: BagFileName.withoutEndings(String(file.path.dropFirst(start.count))), features: file.path)
    }
  }
}

/// Chooses one of several folders of features.
enum FeatureFolders {
  /// Returns the folder that the user names, or the only one; nil without candidates.
  ///
  /// - Throws: ``ReadError`` that names the option, if several folders or none match.
  static func choice(
    _ candidates: [String], in listing: FolderListing, _ options: ReadOptions
  ) throws -> (folder: String, isAsked: Bool)? {
    guard !candidates.isEmpty else { return nil }
    func error(_ found: String) -> ReadError {
      let shown = candidates.shortList(6)
      return ReadError(
        file: listing.url.path, found: found,
        expected: "one of \(shown) after \(ReadOption.featureFolder.spelling)")
    }
    guard let wanted = options.featureFolder else {
      guard candidates.count == 1 else { throw error("\(candidates.count) folders of features") }
      return (candidates[0], false)
    }
    let name = wanted.split(separator: "/").joined(separator: "/")
    // A match is a whole part of the path, or the name of the encoder alone.
    let exact = candidates.filter { $0 == name }
    let matches =
      exact.isEmpty
      ? candidates.filter { $0.hasSuffix("/" + name) || FolderListing.last(of: $0) == "features_" + name } : exact
    guard matches.count == 1 else {
      throw error(
        matches.isEmpty
          ? "no folder of features \(ReadError.quoted(wanted.utf8))"
          : "\(matches.count) folders of features that end in \(ReadError.quoted(wanted.utf8))")
    }
    return (matches[0], true)
  }

  /// Returns the decision that names the folder, with the reason if an option chose it.
  static func decision(_ folder: String, isAsked: Bool, _ options: ReadOptions) -> ReadDecision {
    ReadDecision(
      .format, "features are those of \(folder)" + (isAsked ? ", " + options.reason(for: .featureFolder) : ""),
      option: ReadOption.featureFolder.spelling)
  }
}
