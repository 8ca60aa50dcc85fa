import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Names of columns")
struct ColumnNamesTests {
  private func load(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  @Test(
    "What an instance or its source is called is left out and said, and can be kept",
    arguments: [
      "tile_id", "patch_id", "cell_id", "row_index", "img_path", "tile_no", "roi_number", "slide_name", "Image Index",
      "wsi-id", "patch.name", "Unnamed: 3", "level_1", "barcode", "col", "centroid_x", "tile_x", "xcoord", "pos_y",
      "video_id", "docId", "stay id", "MIL_fold", "k-fold", "cv", "testfold", "set", "is_train", "mrn", "donor",
      "animal",
      "timestamp", "site", "scanner", "plate", "__index_level_0__", "...1", "prediction", "y_pred", "bag_size",
      "true_label", "bag_label_orig", "GroundTruth", "label 2", "tile_row", "tile_col", "acquisition_date", "split_0",
      "fold_a", "seq", "label2", "Class_2", "pred_score", "partition_2", "tma_no", "n_tiles", "rn", "nr", "md5", "hash",
      "array_row", "pxl_col_in_fullres", "Scan Date", "dateOfBirth", "Patient Nr", "numPatches", "instance_count",
      "fold2", "dataset_split", "group_2", "predScore", "file_hash", "row.number", "Sequence No.", "splitName",
      "train_fold_1", "test_1", "testset", "valid", "validation", "dev", "sample_no.1", "slide_id.2", "usubjid",
      "prob_1", "cross_val", "crossval", "holdout", "hold_out_1", "train_test", "TrainVal", "dataset", "Cohort", "pk",
      "fname", "folder", "dataset_name", "run", "Replicate", "tech_replicate", "cluster", "kmeans_cluster", "leiden",
      "usage", "tvt", "tvt_1", "ID_1", "id 2", "sha", "git_sha", "created", "created_at", "Scanned On", "mpp", "mpp_x",
      "magnification", "time", "path_1", "date", "batch", "well", "centre", "tile", "pred_mean", "label_mean",
      "original_id", "my_clusters",
    ])
  func bookkeeping(name: String) throws {
    let text = "bag,label,\(name),f\ns1,1,0,.9\ns1,1,1,.2\ns2,0,2,.3\ns2,0,3,.1\n"
    let loaded = try load(text)
    #expect(loaded.dataset.featureNames == ["f"])
    #expect(loaded.lines.contains { $0.hasPrefix("left out: ") && $0.contains("\"\(name)\"") && $0.contains("--keep") })
    #expect(try load(text) { $0.columns.kept = ["name:" + name] }.dataset.featureNames == [name, "f"])
  }

  @Test(
    "Names of measurements are features",
    arguments: [
      "area", "mean", "x1", "pixel_mean", "scores", "f_12", "cellularity", "intensity_max", "texture", "path_length",
      "scaffold", "fold_change", "acid", "valid_area", "order_2", "wellness", "identity", "labeling", "f1", "mean_r",
      "width", "V12", "f166", "partition_coefficient", "n_neighbours", "log2FoldChange", "y1", "classification_error",
      "row_mean", "cell_count", "hashing_energy", "nearest", "node", "number_density", "feature_12", "dated", "PC1",
      "rep1", "run_length", "r1", "k1", "image.1", "dev_mean", "test_mean",
      "cross_section", "hold_time", "stem", "training_load", "probe_1", "mean_intensity.1", "ID1", "cpu_usage", "left",
      "top", "cx", "cluster_distance", "run_1", "n_clusters", "label_entropy", "date_diff",
      "prediction_error",
      "original_glcm_Id", "wavelet-LHL_glcm_Id", "share", "creation", "recorded_mean", "event", "status",
    ])
  func features(name: String) throws {
    #expect(try load("bag,label,\(name),f\ns1,1,0,.9\ns2,0,2,.3\n").dataset.featureNames == [name, "f"])
  }

  @Test(
    "Columns of folds are left out with the option that takes them",
    arguments: ["fold", "split_2", "cv_fold", "cross_val", "holdout", "usage", "run"])
  func folds(name: String) throws {
    let loaded = try load("bag,label,\(name),f\ns1,1,0,.9\ns2,0,2,.3\n")
    #expect(loaded.lines.contains { $0.contains("\"\(name)\"") && $0.hasSuffix("(--fold-column, --keep-column)") })
  }

  @Test(
    "A pair of an x and a y with the same word is a place",
    arguments: [
      ("tile_x", "tile_y"), ("x_coord", "y_coord"), ("Centroid X", "Centroid Y"), ("pos_x", "pos_y"), ("cx", "cy"),
      ("left", "top"),
    ])
  func places(across: String, down: String) throws {
    let loaded = try load("bag,label,\(across),\(down),f\ns1,1,1,2,.9\ns2,0,3,4,.3\n")
    #expect(loaded.dataset.places?.map { [$0.x, $0.y] } == [[1, 2], [3, 4]])
    #expect(loaded.lines.contains { $0.contains("\"\(across)\" is the place across, \"\(down)\" is the place down") })
  }

  @Test("An x and a y beside a z are features, unless an option makes them a place")
  func depth() throws {
    for text in ["bag,label,x,y,z\ns1,1,1,2,.9\ns2,0,3,4,.3\n", "bag,label,X,Y,Z,w\ns1,1,1,2,.9,5\ns2,0,3,4,.3,6\n"] {
      let loaded = try load(text)
      #expect(loaded.dataset.places == nil && loaded.dataset.featureNames?.prefix(3).joined().lowercased() == "xyz")
    }
    let asked = try load("bag,label,x,y,z\ns1,1,1,2,.9\ns2,0,3,4,.3\n") { $0.columns.coordinates = ["x", "y"] }
    #expect(asked.dataset.places?.count == 2 && asked.dataset.featureNames == ["z"])
    #expect(try load("bag,label,x,y,f\ns1,1,1,2,.9\ns2,0,3,4,.3\n").dataset.places?.count == 2)
  }

  @Test("Of two pairs the first is the place, and the other is left out")
  func twoPairs() throws {
    let loaded = try load("bag,label,tile_x,tile_y,pos_x,pos_y,f\ns1,1,1,2,8,9,.9\ns2,0,3,4,8,9,.3\n")
    #expect(loaded.dataset.places?.first.map { [$0.x, $0.y] } == [1, 2] && loaded.dataset.featureNames == ["f"])
  }

  @Test("The other corner of a box is left out beside the first, in tables and in declared text")
  func boxes() throws {
    let rows = "s1,1,1,2,8,9,.9\ns2,0,3,4,8,9,.3\n"
    let attributes = ["left", "top", "right", "bottom", "f"].map { "@attribute \($0) real\n" }.joined()
    for text in [
      "bag,label,left,top,right,bottom,f\n" + rows,
      "@relation r\n@attribute bag string\n@attribute label {0,1}\n" + attributes + "@data\n" + rows,
    ] {
      let loaded = try load(text)
      #expect(loaded.dataset.featureNames == ["f"] && loaded.dataset.places?.first.map { [$0.x, $0.y] } == [1, 2])
      #expect(loaded.lines.contains { $0.contains("\"right\", \"bottom\"") && $0.contains("--coordinate-columns") })
    }
    // A lone side, or a pair without other features, is a feature.
    #expect(try load("bag,label,left,f\ns1,1,1,2\ns2,0,3,4\n").dataset.featureNames == ["left", "f"])
    #expect(try load("bag,label,left,top\ns1,1,1,2\ns2,0,3,4\n").dataset.featureNames == ["left", "top"])
  }

  @Test("A survival time beside its event is left out where labels are classes")
  func survivalTimes() throws {
    let text = "bag,label,os_months,os_status,f\ns1,1,3,0,.9\ns2,0,2,1,.3\n"
      .replacing("os_months", with: "survival_months")
    let loaded = try load(text)
    #expect(loaded.dataset.featureNames == ["f"])
    #expect(
      loaded.lines.contains {
        $0.contains("\"survival_months\", \"os_status\"") && $0.hasSuffix("(--task survival, --keep-column)")
      }, "\(loaded.lines)")
    #expect(try load(text) { $0.columns.kept = ["os_status"] }.dataset.featureNames == ["os_status", "f"])
  }

  @Test("The decision names features, of many the first and the last")
  func named() throws {
    #expect(
      try load("bag,label,f,g\na,1,2,3\nb,0,2,3\n").lines.contains { $0.contains("2 are features (\"f\", \"g\")") })
    let many = (1...9).map { "f\($0)" }.joined(separator: ",")
    let row = Array(repeating: "1", count: 9).joined(separator: ",")
    #expect(
      try load("bag,label,\(many)\na,1,\(row)\nb,0,\(row)\n").lines.contains {
        $0.contains("9 are features (\"f1\", \"f2\", \"f3\" ... \"f9\")")
      })
  }

  @Test(
    "Layouts with fixed places say them",
    arguments: [
      ("1,s1,.5,2\n0,s2,.25,1\n", "label-bag-csv", "column 2 is the bag, column 1 is the label, 2 are features"),
      ("s1,.5,2,1\ns2,.25,1,0\n", "keel", "column 1 is the bag, column 4 is the label, 2 are features"),
      ("s1,c1,5,1.\ns2,c1,7,0.\n", "uci-c45", "column 1 is the bag, column 4 is the label, 1 is a feature"),
    ])
  func fixed(text: String, format: String, statement: String) throws {
    let decisions = try load(text) { $0.format = format }.dataset.reading?.decisions ?? []
    #expect(decisions.contains { $0.subject == .columns && $0.statement == statement && $0.option == "--format" })
  }

  @Test(
    "A row without a bag id is refused, whatever word says so", arguments: ["NA", "nan", "None", "NULL", "N/A", "<NA>"])
  func missingIds(word: String) throws {
    let text = "bag,label,f\ns1,1,.9\n\(word),1,.2\ns2,0,.3\n\(word),1,.2\ns2,0,.3\ns1,1,.9\n"
    let line = try #require(#expect(throws: ReadError.self) { try load(text) }).description
    #expect(line.contains("line 3: found \"\(word)\", which says that the bag's id is missing"), "\(line)")
  }

  @Test("Lines that all end in a separator have no further column")
  func lastSeparator() throws {
    let loaded = try load("bag,label,f,g,\ns1,1,.9,1,\ns2,0,.3,2,\n")
    #expect(loaded.dataset.featureNames == ["f", "g"])
    #expect(loaded.lines.contains { $0.hasPrefix("left out: column \"\"") })
  }

  @Test("Numbers with a comma among numbers with a point are told with the option")
  func mixedMarks() throws {
    let text = "bag;label;f;g\ns1;1;1.234,5;1\ns2;0;0.5;2\n"
    let line = try #require(#expect(throws: ReadError.self) { try load(text) }).description
    #expect(line.contains("1.234,5") && line.contains("--decimal comma"), "\(line)")
  }

  @Test("A mean needs a value")
  func noMean() throws {
    let text = "bag,label,f,g\ns1,1,.9,NA\ns2,0,.3,NA\n"
    let line = try #require(#expect(throws: ReadError.self) { try load(text) { $0.missing = .mean } }).description
    #expect(
      line.contains("no value of feature g in any instance") && line.contains("--missing drop-columns"), "\(line)")
  }

  @Test("Names for values become numbers, and that is said; weights of attributes are left out, and that is said")
  func nominal() throws {
    let text =
      "@relation r\n@attribute bag string\n@attribute colour {red,green,blue} {0.5}\n@attribute f numeric\n"
      + "@attribute class {0,1}\n@data\ns1,red,1,1\ns1,blue,2,1\ns2,green,3,0\n"
    let loaded = try load(text)
    #expect((0..<3).map { loaded.dataset.instances.row($0)[0] } == [0, 2, 1])
    #expect(
      loaded.lines.contains { $0.contains("\"colour\" (red 0, green 1, blue 2)") && $0.contains("--ignore-column") })
    #expect(loaded.lines.contains("left out: the weight of an attribute"))
  }

  @Test("A relational attribute has as many features as it says")
  func relational() throws {
    let text =
      "@relation r\n@attribute id {a,b}\n@attribute bag relational\n@attribute f numeric\n@attribute g numeric\n@end bag\n"
      + "@attribute class {0,1}\n@data\na,'1,2\\n3,4',1\nb,'5,6',0\n"
    #expect(try load(text).lines.contains { $0.contains("instances have 2 features") })
  }

  @Test("One id in two forms of Unicode is refused, whatever the layout")
  func forms() throws {
    let (letter, accent) = ("caf\u{e9}", "cafe\u{301}")
    let header = "@relation r\n@attribute bag string\n@attribute f numeric\n@attribute class {0,1}\n@data\n"
    for text in [
      "bag,label,f\n\(letter),1,1\n\(accent),1,2\nb,0,3\n", header + "'\(letter)',1,1\n'\(accent)',2,1\nb,3,0\n",
      "1,\(letter),1\n1,\(accent),2\n0,b,3\n",
    ] {
      let line = try #require(#expect(throws: ReadError.self) { try load(text) }).description
      #expect(line.contains("in two forms of Unicode") && line.contains("normalize('NFC', id)"), "\(line)")
    }
  }

  @Test("A missing label is no class", arguments: ["NA", "nan", "N/A"])
  func missingLabel(word: String) throws {
    let text = "bag,label,f\na,1,1\nb,0,2\nc,\(word),3\n"
    for positive in [nil, "1"] {
      let line = try #require(#expect(throws: ReadError.self) { try load(text) { $0.positive = positive } }).description
      #expect(line.contains("line 4: found \"\(word)\", which says that the bag's label is missing"), "\(line)")
    }
  }

  @Test(
    "Two columns whose names are a label's need the option", arguments: ["labels", "outcome", "target", "bag_label"])
  func twoLabels(name: String) throws {
    let text = "bag,label,\(name),f\ns1,1,1,.9\ns2,0,0,.3\n"
    let line = try #require(#expect(throws: ReadError.self) { try load(text) }).description
    #expect(line.contains("2 label columns") && line.contains("--label-column"), "\(line)")
    let loaded = try load(text) { $0.columns.label = "label" }
    #expect(loaded.dataset.featureNames == ["f"])
    #expect(loaded.lines.contains { $0.hasPrefix("left out: ") && $0.contains("is a label's") })
    #expect(try load("bag,\(name),f\ns1,1,.9\ns2,0,.3\n").dataset.labels == [1, 0])
  }

  @Test("A feature that counts rows, says the label, is rounded or has another's name is said")
  func questionable() throws {
    let rows = (1...8).map { row in
      let label = row > 4 ? 1 : 0
      return "s\((row + 1) / 2),\(label),\(row),\(label * 3 + 2),\(1_700_000_000 + row * 60),.\(row * 7 % 5)"
    }
    let text = rows.joined(separator: "\n")
    let lines = try load("bag,label,X,status,t,f\n" + text).lines
    #expect(lines.contains { $0.contains("feature X counts the rows") && $0.contains("--ignore-column") })
    #expect(lines.contains { $0.contains("feature status says the label of each bag") })
    #expect(lines.contains { $0.contains("feature t has whole numbers of 8 digits") })
    let twice = try load("bag,label,a,b,c,a\n" + text).lines
    #expect(twice.contains { $0.contains("features a, a share a name") })
    #expect(
      try load("bag,label,a,b,c\ns1,1,2,1,3\ns1,1,1,4,3\ns2,0,3,2,3\n").lines.allSatisfy { !$0.contains("feature a") })
  }

  @Test("Names that differ in letter case are several bags, and that is said")
  func letterCase() throws {
    let loaded = try load("bag,label,f\nb1,1,2\nB1,0,3\nb2,1,4\n")
    #expect(loaded.dataset.bagCount == 3)
    #expect(loaded.lines.contains { $0.contains("b1 and B1 are two bags") })
  }

  @Test("Long whole numbers are different ids, whatever they are as floating-point numbers")
  func longIds() throws {
    let loaded = try load("bag,label,f\n12345678901234567890,1,2\n12345678901234567891,0,3\n")
    #expect(loaded.dataset.bagCount == 2 && loaded.lines.allSatisfy { !$0.contains("are two bags") })
    #expect(try load("bag,label,f\n7,1,2\n07,0,3\n").lines.contains { $0.contains("are two bags") })
  }
}
