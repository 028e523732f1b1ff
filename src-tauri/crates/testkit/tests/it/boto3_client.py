"""Talks to the stand-in that the environment points to; fails loudly on anything unexpected."""

import json

import boto3
from botocore.config import Config
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import ClientError, EventStreamError

once = Config(retries={"total_max_attempts": 1})
runtime = boto3.client("bedrock-runtime", config=once)


def converse():
    return runtime.converse_stream(
        modelId="us.example.model-v1:0",
        messages=[{"role": "user", "content": [{"text": "Hello"}]}],
    )["stream"]


text, tool_input, stops = "", "", []
for event in converse():
    delta = event.get("contentBlockDelta", {}).get("delta", {})
    text += delta.get("text", "")
    tool_input += delta.get("toolUse", {}).get("input", "")
    if "messageStop" in event:
        stops.append(event["messageStop"]["stopReason"])
    if "metadata" in event:
        assert event["metadata"]["usage"]["outputTokens"] > 0
assert text == "Grüße, 東京 🙂", text
assert json.loads(tool_input) == {"sql": "select 'é'"}, tool_input
assert stops == ["tool_use"], stops

try:
    converse()
    raise SystemExit("an error was expected")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDeniedException", error.response
    assert error.response["Error"]["Message"] == "no access", error.response

try:
    list(converse())
    raise SystemExit("an exception frame was expected")
except EventStreamError as error:
    assert "throttlingException" in str(error), error

try:
    list(converse())
    raise SystemExit("a wrong checksum was expected")
except ChecksumMismatch:
    pass

bedrock = boto3.client("bedrock", config=once)
assert len(bedrock.list_inference_profiles()["inferenceProfileSummaries"]) == 4
assert len(bedrock.list_foundation_models()["modelSummaries"]) == 4
assert boto3.client("sts", config=once).get_caller_identity()["Account"] == "123456789012"
