"""S3 answers a PutObject with the checksum it computed; ministack keeps it to itself until the object is read.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_ResponseSyntax
"""

from ministack.services import s3


def install() -> None:
    put = s3._put_object

    def answered(bucket_name, key, body, headers):
        status, answer_headers, answer_body = put(bucket_name, key, body, headers)
        if status == 200:
            checksums = s3._buckets[bucket_name]["objects"][key].get("checksums") or {}
            for algorithm, value in checksums.items():
                answer_headers[f"x-amz-checksum-{algorithm.lower()}"] = value
            if checksums:
                answer_headers["x-amz-checksum-type"] = "FULL_OBJECT"
        return status, answer_headers, answer_body

    s3._put_object = answered
