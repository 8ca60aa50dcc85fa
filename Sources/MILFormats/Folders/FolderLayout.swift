import FoundationEssentials
import MILBags
import UserInput

/// A way in which folders of features are laid out: what it is called, and how its files are found.
///
/// A layout is one file, and its line in ``FolderLayouts/all``.
protocol FolderLayout: Sendable {
  /// The name, for decisions.
  var id: String { get }

  /// The files of a folder that is laid out in this way; nil for any other.
  ///
  /// - Throws: ``ReadError`` where two readings are plausible, naming the option.
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
    /// The path of the features from the folder that holds them all, without endings.
    var name: String
    /// The path of the file of features from the listed folder.
    var features: String
    /// The path of a file of places of its own.
    var places: String?
    /// The path of a file of labels of instances.
    var instanceLabels: String?
    /// The path of a file of the bag's label.
    var label: String?
  }

  /// The bags, in the order of their files.
  var bags: [Bag]
  /// The layout in a few words: `CLAM, h5_files`.
  var title: String
  /// What was decided beside that.
  var decisions: [ReadDecision] = []

  /// The files of features in a folder, by the folder's path; nil where it has none.
  ///
  /// - Parameters:
  ///   - endings: the endings of files that count.
  ///   - isDeep: whether those in folders of it count too.
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
  /// The folder that is meant: the one that the user names, or the only one.
  ///
  /// - Throws: ``ReadError`` naming the option, where there are several or none of that name.
  static func choice(
    _ candidates: [String], in listing: FolderListing, _ options: ReadOptions
  ) throws -> (folder: String, isAsked: Bool)? {
    guard !candidates.isEmpty else { return nil }
    func error(_ found: String) -> ReadError {
      let shown = candidates.prefix(6).joined(separator: ", ") + (candidates.count > 6 ? " ..." : "")
      return ReadError(
        file: listing.url.path, found: found,
        expected: "one of \(shown) after \(ReadOption.featureFolder.spelling)")
    }
    guard let wanted = options.featureFolder else {
      guard candidates.count == 1 else { throw error("\(candidates.count) folders of features") }
      return (candidates[0], false)
    }
    let name = wanted.split(separator: "/").joined(separator: "/")
    // Whole parts of the path count, and the encoder alone.
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

  /// The sentence that names the folder.
  static func decision(_ folder: String, isAsked: Bool) -> ReadDecision {
    ReadDecision(
      .format, "features are those of \(folder)" + (isAsked ? ", as was asked for" : ""),
      option: ReadOption.featureFolder.spelling)
  }
}
