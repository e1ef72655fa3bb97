"""What calls functions: queues, topics and buckets, each only with the permission that AWS asks for.

ministack polls, delivers and invokes without asking; a missing permission would only be found out on AWS.
"""

import json

from ministack.core.responses import error_response_json, get_account_id
from ministack.services import lambda_svc, s3, sns, sqs

from . import authority, encryption

POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def install() -> None:
    lambda_svc._create_esm = _guard_mapping(lambda_svc._create_esm)
    lambda_svc._run_sqs_batch = _as_role(lambda_svc._run_sqs_batch)
    sns._deliver_to_lambda = _from_topic
    s3._deliver_event_to_lambda = _from_bucket(s3._deliver_event_to_lambda)
    sqs.queue_policy_allows = _queue_admits
    sns.topic_policy_allows = _topic_admits


def _invalid(message: str):
    return error_response_json("InvalidParameterValueException", message, 400)


def _guard_mapping(operation):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""

    def create(data):
        source, reference = data.get("EventSourceArn", ""), data.get("FunctionName", "")
        function, config, _ = lambda_svc._get_func_record_for_ref(reference)
        if not function or ":sqs:" not in source:
            return operation(data)
        for action in POLLING:
            try:
                authority.role_allowed(config["Role"], config["FunctionName"], action, source)
            except authority.Denied:
                return _invalid("The function execution role does not have permissions to call "
                                f"{action.split(':')[1]} on SQS")
        queue = sqs._queue_by_arn(source)
        if queue is None:
            return _invalid(f"Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService."
                            f"NonExistentQueue. The queue {source} does not exist.")
        visible = int(queue["attributes"].get("VisibilityTimeout", 30))
        if visible < config.get("Timeout", 3):
            return _invalid(f"Queue visibility timeout: {visible} seconds is less than Function timeout: "
                            f"{config['Timeout']} seconds")
        same = [m for m in lambda_svc._esms.values()
                if m["EventSourceArn"] == source and m["FunctionName"] == config["FunctionName"]]
        if same:
            return error_response_json(
                "ResourceConflictException",
                f"An event source mapping with SQS arn ({source}) and function ({config['FunctionName']}) already "
                f"exists. Please update or delete the existing mapping with UUID {same[0]['UUID']}", 409)
        return operation(data)

    return create


def _as_role(run):
    """Messages are received with the function's role: without it they stay on the queue."""

    def batch(esm, function, event, messages, queue_url, queue_name):
        config = function.get("config") or function
        try:
            for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage"):
                authority.role_allowed(config["Role"], config["FunctionName"], action, esm["EventSourceArn"])
            queue = sqs._queue_by_arn(esm["EventSourceArn"])
            encryption.role_may_use((queue or {"attributes": {}})["attributes"].get("KmsMasterKeyId"),
                                    esm["EventSourceArn"], config["Role"], config["FunctionName"], ("kms:Decrypt",))
        except authority.Denied as denied:
            esm["LastProcessingResult"] = f"PROBLEM: {denied}"
            return
        run(esm, function, event, messages, queue_url, queue_name)

    return batch


def _from_topic(endpoint, envelope, topic_arn, subscription_arn, _message_id, _raw, _attributes):
    function, config, _ = lambda_svc._get_func_record_for_ref(endpoint)
    if not function:
        return
    try:
        authority.service_allowed(function.get("policy"), "sns.amazonaws.com", "lambda:InvokeFunction", endpoint,
                                  topic_arn, topic_arn.split(":")[4])
    except authority.Denied as denied:
        sns.logger.warning("SNS: not delivered: %s", denied)
        return
    record = {"EventVersion": "1.0", "EventSubscriptionArn": subscription_arn, "EventSource": "aws:sns",
              "Sns": json.loads(envelope)}
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config),
                                       {"Records": [record]})


def _from_bucket(deliver):
    def delivered(arn, payload, region):
        function, _, _ = lambda_svc._get_func_record_for_ref(arn)
        bucket = ((payload.get("Records") or [{}])[0].get("s3") or {}).get("bucket") or {}
        source = bucket.get("arn") or f"arn:aws:s3:::{bucket.get('name', '')}"
        try:
            authority.service_allowed((function or {}).get("policy"), "s3.amazonaws.com", "lambda:InvokeFunction", arn,
                                      source, get_account_id())
        except authority.Denied as denied:
            s3.logger.warning("S3 notification: not delivered: %s", denied)
            return
        deliver(arn, payload, region)

    return delivered


def _queue_admits(queue_arn, service, source_arn, source_account) -> bool:
    queue = sqs._queue_by_arn(queue_arn)
    attributes = queue["attributes"] if queue else {}
    return _admits(attributes, queue_arn, service, "sqs:SendMessage", source_arn, source_account)


def _topic_admits(topic_arn, service, source_arn, source_account) -> bool:
    topic = sns._topic_by_arn_any_scope(topic_arn)
    attributes = (topic or {}).get("attributes", {})
    return _admits(attributes, topic_arn, service, "sns:Publish", source_arn, source_account)


def _admits(attributes, arn, service, action, source_arn, source_account) -> bool:
    try:
        authority.service_allowed(attributes.get("Policy"), service, action, arn, source_arn, source_account)
        encryption.service_may_use(attributes.get("KmsMasterKeyId"), arn, service, source_arn, source_account)
    except authority.Denied:
        return False
    return True
