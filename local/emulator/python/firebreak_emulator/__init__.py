"""The AWS side of an organisation on one machine: ministack, started and corrected in process.

ministack is used as it is published. What it lacks, or does differently from AWS, is corrected by the modules of this
package, one concern a file; each has an `install()` that puts its corrections in place and says why they are needed.
"""
