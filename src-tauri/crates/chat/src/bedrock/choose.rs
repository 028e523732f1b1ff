//! Which models there are to choose from, and which one is taken unless a person chooses.

use aws_sdk_bedrock::types::{
    FoundationModelLifecycleStatus, FoundationModelSummary, InferenceProfileStatus,
    InferenceProfileSummary, InferenceProfileType, InferenceType, ModelModality,
};
use serde::{Deserialize, Serialize};

/// How a model is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Through an inference profile, which may send the request on to another region of its geography.
    InferenceProfile,
    /// By itself, in the region that is asked.
    FoundationModel,
}

/// A model that the account may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The id to call it by: an inference profile's, or a model's.
    pub id: String,
    /// Its name for a person.
    pub name: String,
    /// Who made it, such as `Anthropic`.
    pub provider: String,
    /// Whether it is taken unless a person chooses; true for at most one.
    #[serde(rename = "default")]
    pub is_default: bool,
    /// Where a request may be processed: the inference profile's prefix such as `eu` or `global`; `None` for the asked region alone.
    pub geography: Option<String>,
    /// Whether a request may be processed outside the geography of the asked region, as with `global`.
    pub may_leave: bool,
    /// How it is called.
    pub kind: ModelKind,
}

/// Whether an inference profile's prefix names the geography that a region lies in.
///
/// `global` never does: it may send a request anywhere.
fn lies_in(region: &str, geography: &str) -> bool {
    match geography {
        "global" => false,
        "us" => region.starts_with("us-") && !region.starts_with("us-gov-"),
        "us-gov" => region.starts_with("us-gov-"),
        "apac" => region.starts_with("ap-"),
        "jp" => matches!(region, "ap-northeast-1" | "ap-northeast-3"),
        "au" => matches!(
            region,
            "ap-southeast-2" | "ap-southeast-4" | "ap-southeast-6"
        ),
        other => region.split('-').next() == Some(other),
    }
}

/// What the account may call, from its own two lists; the default first, then by name.
///
/// # The default
/// None is written down here by its id. Of the models that write text, stream and are not on their way out,
/// those are considered that stay in the region's geography: on demand in the region itself, or through an
/// inference profile whose prefix names the geography that the region lies in. Of these the first by:
/// 1. the maker: Anthropic, then Amazon, then anybody else (tool use is most reliable in this order, and the lists do
///    not tell which models have it);
/// 2. the size that balances quality and speed: `sonnet` and `pro`, then those that name no size, then the rest;
/// 3. the higher version, then the later date in the id;
/// 4. the narrower way: on demand, then a narrower geography, then a wider one.
///
/// There is no default where nothing stays in the geography: a person must choose then.
pub(super) fn models(
    foundation: &[FoundationModelSummary],
    profiles: &[InferenceProfileSummary],
    region: &str,
) -> Vec<ModelInfo> {
    let talks = |model: &FoundationModelSummary| {
        model.output_modalities().contains(&ModelModality::Text)
            && model.input_modalities().contains(&ModelModality::Text)
            && model.response_streaming_supported() == Some(true)
    };
    let active = |model: &FoundationModelSummary| {
        model
            .model_lifecycle()
            .is_none_or(|cycle| *cycle.status() == FoundationModelLifecycleStatus::Active)
    };
    let mut models: Vec<(ModelInfo, Option<Rank>)> = Vec::new();

    for model in foundation
        .iter()
        .filter(|model| talks(model) && active(model))
    {
        if !model
            .inference_types_supported()
            .contains(&InferenceType::OnDemand)
        {
            continue;
        }
        let provider = model.provider_name().unwrap_or_default().to_owned();
        let rank = Rank::of(model.model_id(), &provider, 2);
        let info = ModelInfo {
            id: model.model_id().to_owned(),
            name: model.model_name().unwrap_or(model.model_id()).to_owned(),
            provider,
            is_default: false,
            geography: None,
            may_leave: false,
            kind: ModelKind::FoundationModel,
        };
        models.push((info, Some(rank)));
    }

    for profile in profiles {
        if *profile.status() != InferenceProfileStatus::Active {
            continue;
        }
        let behind = profile
            .models()
            .iter()
            .find_map(|model| model.model_arn()?.rsplit('/').next());
        let known = behind.and_then(|id| foundation.iter().find(|model| model.model_id() == id));
        if known.is_some_and(|model| !talks(model)) {
            continue;
        }
        let of_aws = *profile.r#type() == InferenceProfileType::SystemDefined;
        let id = if of_aws {
            profile.inference_profile_id()
        } else {
            profile.inference_profile_arn()
        };
        let (geography, model_id) = match id.split_once('.').filter(|_| of_aws) {
            Some((geography, model)) => (Some(geography.to_owned()), model),
            None => (None, behind.unwrap_or(id)),
        };
        let provider = match known.and_then(FoundationModelSummary::provider_name) {
            Some(provider) => provider.to_owned(),
            None => capitalised(model_id.split('.').next().unwrap_or_default()),
        };
        let stays = geography
            .as_deref()
            .is_some_and(|geography| lies_in(region, geography));
        let narrow = u8::from(!matches!(geography.as_deref(), Some("us" | "eu" | "apac")));
        let rank =
            (stays && known.is_none_or(active)).then(|| Rank::of(model_id, &provider, narrow));
        // An application's profile names no geography: what it stands for decides, and that may be anything.
        let may_leave = !stays;
        let info = ModelInfo {
            id: id.to_owned(),
            name: profile.inference_profile_name().to_owned(),
            provider,
            is_default: false,
            geography,
            may_leave,
            kind: ModelKind::InferenceProfile,
        };
        models.push((info, rank));
    }

    let best = models
        .iter()
        .enumerate()
        .filter_map(|(index, (_, rank))| Some((rank.as_ref()?, index)))
        .max_by(|(a, _), (b, _)| a.cmp(b))
        .map(|(_, index)| index);
    if let Some(index) = best {
        models[index].0.is_default = true;
    }
    let mut models: Vec<ModelInfo> = models.into_iter().map(|(info, _)| info).collect();
    models.sort_by(|a, b| {
        (!a.is_default, &a.provider, &a.name, &a.id).cmp(&(
            !b.is_default,
            &b.provider,
            &b.name,
            &b.id,
        ))
    });
    models
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// How much a model is preferred as the default; the greatest is taken. The fields are compared in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    maker: u8,
    size: u8,
    version: Vec<u32>,
    date: u32,
    narrow: u8,
}

impl Rank {
    fn of(model_id: &str, provider: &str, narrow: u8) -> Self {
        let id = model_id.to_lowercase();
        let maker = match provider.to_lowercase().as_str() {
            "anthropic" => 2,
            "amazon" => 1,
            _ => 0,
        };
        let words: Vec<&str> = id.split(['.', '-', ':', '_', '/']).collect();
        let has = |names: &[&str]| names.iter().any(|name| words.contains(name));
        let size = if has(&["sonnet", "pro"]) {
            2
        } else if has(&[
            "opus", "haiku", "premier", "lite", "micro", "instant", "mini", "nano", "small",
        ]) {
            0
        } else {
            1
        };
        // The version stands in the name as words of one or two digits, before the date and before `v1:0`.
        let version = words
            .iter()
            .filter(|word| word.len() <= 2)
            .take_while(|word| !word.starts_with('v'))
            .filter_map(|word| word.parse().ok())
            .collect();
        let date = words
            .iter()
            .filter(|word| word.len() == 8)
            .find_map(|word| word.parse().ok())
            .unwrap_or(0);
        Self {
            maker,
            size,
            version,
            date,
            narrow,
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_bedrock::types::{FoundationModelLifecycle, InferenceProfileModel};

    use super::*;

    fn foundation(id: &str, provider: &str, inference: InferenceType) -> FoundationModelSummary {
        FoundationModelSummary::builder()
            .model_arn(format!(
                "arn:aws:bedrock:eu-central-1::foundation-model/{id}"
            ))
            .model_id(id)
            .model_name(id)
            .provider_name(provider)
            .input_modalities(ModelModality::Text)
            .output_modalities(ModelModality::Text)
            .response_streaming_supported(true)
            .inference_types_supported(inference)
            .model_lifecycle(
                FoundationModelLifecycle::builder()
                    .status(FoundationModelLifecycleStatus::Active)
                    .build()
                    .unwrap(),
            )
            .build()
            .unwrap()
    }

    fn profile(id: &str) -> InferenceProfileSummary {
        let model = id.split_once('.').unwrap().1;
        InferenceProfileSummary::builder()
            .inference_profile_name(id)
            .inference_profile_arn(format!(
                "arn:aws:bedrock:eu-central-1:1:inference-profile/{id}"
            ))
            .inference_profile_id(id)
            .models(
                InferenceProfileModel::builder()
                    .model_arn(format!(
                        "arn:aws:bedrock:eu-central-1::foundation-model/{model}"
                    ))
                    .build(),
            )
            .status(InferenceProfileStatus::Active)
            .r#type(InferenceProfileType::SystemDefined)
            .build()
            .unwrap()
    }

    fn default_of(
        foundation: &[FoundationModelSummary],
        profiles: &[&str],
        region: &str,
    ) -> Option<String> {
        let profiles: Vec<_> = profiles.iter().map(|id| profile(id)).collect();
        let models = models(foundation, &profiles, region);
        assert!(models.iter().filter(|model| model.is_default).count() <= 1);
        assert!(
            models.iter().skip(1).all(|model| !model.is_default),
            "the default comes first"
        );
        models
            .into_iter()
            .find(|model| model.is_default)
            .map(|model| model.id)
    }

    #[test]
    fn the_newest_of_the_geography_is_taken() {
        let profiles = [
            "eu.anthropic.claude-3-7-sonnet-20250219-v1:0",
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "eu.anthropic.claude-sonnet-4-20250514-v1:0",
            "eu.anthropic.claude-opus-4-6-v1",
            "eu.amazon.nova-pro-v1:0",
            "global.anthropic.claude-sonnet-4-6",
        ];
        assert_eq!(
            default_of(&[], &profiles, "eu-central-1").unwrap(),
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
        );
    }

    #[test]
    fn nothing_leaves_the_geography_unasked() {
        let profiles = [
            "global.anthropic.claude-sonnet-4-6",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ];
        assert_eq!(default_of(&[], &profiles, "ca-central-1"), None);
        let nova = foundation("amazon.nova-lite-v1:0", "Amazon", InferenceType::OnDemand);
        assert_eq!(
            default_of(&[nova], &profiles, "ca-central-1").unwrap(),
            "amazon.nova-lite-v1:0"
        );
    }

    #[test]
    fn what_may_leave_the_geography_is_marked() {
        let listed: Vec<_> = [
            "global.anthropic.claude-sonnet-4-6",
            "eu.anthropic.claude-sonnet-4-6",
            "us.anthropic.claude-sonnet-4-6",
        ]
        .map(profile)
        .to_vec();
        let models = models(&[], &listed, "eu-central-1");
        let leaving: Vec<&str> = models
            .iter()
            .filter(|model| model.may_leave)
            .map(|model| model.id.as_str())
            .collect();
        assert_eq!(
            leaving,
            [
                "global.anthropic.claude-sonnet-4-6",
                "us.anthropic.claude-sonnet-4-6"
            ]
        );
    }

    #[test]
    fn the_narrower_way_to_the_same_model_is_taken() {
        let profiles = [
            "apac.anthropic.claude-sonnet-4-20250514-v1:0",
            "jp.anthropic.claude-sonnet-4-20250514-v1:0",
        ];
        assert_eq!(
            default_of(&[], &profiles, "ap-northeast-1").unwrap(),
            profiles[1]
        );
        assert_eq!(
            default_of(&[], &profiles, "ap-southeast-1").unwrap(),
            profiles[0]
        );
        let on_demand = foundation(
            "anthropic.claude-sonnet-4-20250514-v1:0",
            "Anthropic",
            InferenceType::OnDemand,
        );
        assert_eq!(
            default_of(&[on_demand], &profiles, "ap-northeast-1").unwrap(),
            "anthropic.claude-sonnet-4-20250514-v1:0"
        );
    }

    #[test]
    fn models_that_cannot_talk_are_not_listed() {
        let mut pictures = foundation("example.pictures-v1", "Example", InferenceType::OnDemand);
        pictures.output_modalities = Some(vec![ModelModality::Image]);
        let mut slow = foundation("example.slow-v1", "Example", InferenceType::OnDemand);
        slow.response_streaming_supported = Some(false);
        let bound = foundation("example.bound-v1", "Example", InferenceType::Provisioned);
        assert!(models(&[pictures, slow, bound], &[], "us-east-1").is_empty());
    }

    #[test]
    fn regions_lie_in_their_geography() {
        for (region, geography) in [
            ("us-west-2", "us"),
            ("us-gov-west-1", "us-gov"),
            ("eu-north-1", "eu"),
            ("ap-south-1", "apac"),
            ("ap-northeast-1", "jp"),
            ("ap-southeast-2", "au"),
            ("ca-central-1", "ca"),
            ("sa-east-1", "sa"),
        ] {
            assert!(lies_in(region, geography), "{region} {geography}");
        }
        for (region, geography) in [
            ("us-gov-west-1", "us"),
            ("us-east-1", "eu"),
            ("ap-south-1", "au"),
            ("ap-south-1", "jp"),
            ("us-east-1", "global"),
        ] {
            assert!(!lies_in(region, geography), "{region} {geography}");
        }
    }
}
