//! Credentials and signatures, by the AWS SDK's own crates.

use std::time::{Duration, UNIX_EPOCH};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;

use super::RemoteError;
use crate::clock::Timestamp;

/// What requests are signed with.
pub(super) type Credentials = aws_credential_types::Credentials;

fn problem(error: impl std::fmt::Display) -> RemoteError {
    RemoteError::Credentials(error.to_string())
}

/// Credentials and the Region, from a profile or from the usual places.
pub(super) fn load(profile: Option<&str>, region: Option<&str>) -> Result<(Credentials, String), RemoteError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(problem)?;
    runtime.block_on(async {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = region {
            loader = loader.region(Region::new(region.to_owned()));
        }
        let config = loader.load().await;
        let region = config.region().ok_or_else(|| problem("no Region is configured; give --region"))?.to_string();
        let provider = config.credentials_provider().ok_or_else(|| problem("no AWS credentials are configured"))?;
        let credentials = provider.provide_credentials().await.map_err(|error| problem(aws_sdk_error(&error)))?;
        Ok((credentials, region))
    })
}

/// An error with what is behind it.
fn aws_sdk_error(error: &dyn std::error::Error) -> String {
    let mut text = format!("no AWS credentials could be loaded: {error}");
    let mut behind = error.source();
    while let Some(error) = behind {
        text = format!("{text}: {error}");
        behind = error.source();
    }
    text
}

/// The headers that sign a request.
pub(super) fn headers(
    credentials: &Credentials,
    url: &str,
    region: &str,
    target: &str,
    body: &str,
    now: Timestamp,
) -> Result<Vec<(String, String)>, RemoteError> {
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("dynamodb")
        .time(UNIX_EPOCH + Duration::from_millis(now.as_millis()))
        .settings(SigningSettings::default())
        .build()
        .map_err(problem)?
        .into();
    let url = format!("{url}/");
    let signed = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
    let request = SignableRequest::new("POST", &url, signed.into_iter(), SignableBody::Bytes(body.as_bytes()))
        .map_err(problem)?;
    let (instructions, _) = sign(request, &parameters).map_err(problem)?.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
