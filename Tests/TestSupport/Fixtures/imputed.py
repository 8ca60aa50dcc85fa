"""Prints the numbers of MissingValueTests: means for missing values, then centre and scale, by scikit-learn."""

import numpy
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

nan = numpy.nan
training = [[1, nan, 7], [nan, 2, 7], [4, 6, 7], [nan, nan, 7]]
pipeline = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()).fit(training)
print(pipeline[0].statistics_)
print(pipeline.transform([[nan, 3, nan], [7, nan, 7]]))
