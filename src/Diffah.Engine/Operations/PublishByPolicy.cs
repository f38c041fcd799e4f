using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Publishing;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Publishing;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>A new version of an image, and the versions before it.</summary>
public sealed record PublishByPolicyRequest
{
    /// <summary>The new version, with its tag, in the registry that its deltas go to.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>
    /// Tags of the versions before it in the same repository, the oldest first. None takes the tags that are written as
    /// the image's is, in numbers.
    /// </summary>
    public ImmutableArray<string> Previous { get; init; } = [];

    /// <summary>The name of the policy that says which of these get a delta; see <see cref="DeltaPolicy"/>.</summary>
    public string Policy { get; init; } = DeltaPolicy.RecommendedName;

    /// <summary>The encoding's knobs.</summary>
    public EncodingOptions Encoding { get; init; } = new();

    /// <summary>The key to sign deltas with; null writes no signatures.</summary>
    public SigningKeySource? SigningKey { get; init; }

    /// <summary>What deltas say of when they were made; null is now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }
}

/// <summary>Which versions get a delta.</summary>
/// <param name="Previous">Tags of all versions before the image, the oldest first.</param>
/// <param name="Chosen">Those that get a delta, the nearest first.</param>
public sealed record PolicyChoice(ImmutableArray<string> Previous, ImmutableArray<string> Chosen);

/// <summary>What a policy gave cause for.</summary>
/// <param name="Published">The deltas that it wants for the new version, those that were there already too.</param>
/// <param name="Unkept">Published deltas between the versions that it has no use for any longer. They are still
/// there.</param>
public sealed record PolicyPublication(
    ImmutableArray<DeltaPublication> Published, ImmutableArray<PublishedDelta> Unkept);

/// <summary>Makes and publishes the deltas that a policy wants for a new version of an image.</summary>
/// <param name="transports">Where images are.</param>
public sealed class PublishByPolicy(ITransportCatalog transports)
{
    /// <summary>
    /// Makes and publishes deltas, from the nearest version on. What is published already for a version is left as it
    /// is, so a run that was stopped goes on where it was.
    /// </summary>
    /// <param name="request">Of what.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; deltas that are published by then stay.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<PolicyPublication> RunAsync(
        PublishByPolicyRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    /// <summary>Says which versions get a delta; no image is read.</summary>
    /// <param name="request">Of what.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the listing of tags.</param>
    /// <exception cref="DiffahException">InvalidArgument: the policy is not known, the image is in no registry or has
    /// no tag, a version was named twice, or the tags have no order. What listing tags throws.</exception>
    public Task<PolicyChoice> ChooseAsync(
        PublishByPolicyRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => ChooseHereAsync(request, events, cancellationToken));

    /// <summary>Makes and publishes the delta from one version, if there is none yet.</summary>
    /// <param name="request">Of what.</param>
    /// <param name="version">The version's tag.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPublication> PublishAsync(
        PublishByPolicyRequest request, string version, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => PublishHereAsync(request, version, events, cancellationToken));

    /// <summary>
    /// Finds published deltas between the versions that the policy has no use for any longer, the new one being out.
    /// Nothing is deleted.
    /// </summary>
    /// <param name="request">Of what; its <see cref="PublishByPolicyRequest.Previous"/> is not empty.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<ImmutableArray<PublishedDelta>> FindUnkeptAsync(
        PublishByPolicyRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => DeltasOf(request).FindUnkeptAsync(
            DeltaPolicy.Named(request.Policy), request.Image, request.Previous, events, cancellationToken));

    private async Task<PolicyPublication> RunHereAsync(
        PublishByPolicyRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var choice = await ChooseHereAsync(request, events, cancellationToken);
        var published = ImmutableArray.CreateBuilder<DeltaPublication>();
        foreach (var version in choice.Chosen)
            published.Add(await PublishHereAsync(request, version, events, cancellationToken));
        return new PolicyPublication(published.ToImmutable(), await DeltasOf(request).FindUnkeptAsync(
            DeltaPolicy.Named(request.Policy), request.Image, choice.Previous, events, cancellationToken));
    }

    private async Task<PolicyChoice> ChooseHereAsync(
        PublishByPolicyRequest request, EventSink events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var policy = DeltaPolicy.Named(request.Policy);
        PolicyVersions.Check(request.Image, request.Previous);
        var previous = request.Previous.IsEmpty
            ? PolicyVersions.Before(request.Image, await TagsAsync(request.Image, events, cancellationToken))
            : request.Previous;
        return new PolicyChoice(
            previous, [.. policy.Predecessors(previous.Length, 0).Select(version => previous[version])]);
    }

    private Task<IReadOnlyList<string>> TagsAsync(
        ImageReference image, EventSink events, CancellationToken cancellationToken) =>
        ((ITagLister)transports.Get(image)).ListTagsAsync(image, events, cancellationToken);

    private PolicyDeltas DeltasOf(PublishByPolicyRequest request) =>
        new(transports, request.Encoding, request.WorkDirectory);

    private async Task<DeltaPublication> PublishHereAsync(
        PublishByPolicyRequest request, string version, EventSink events, CancellationToken cancellationToken)
    {
        var from = PolicyVersions.At(request.Image, version);
        if (await DeltasOf(request).FindAsync(
            request.Image, from, request.SigningKey is not null, events, cancellationToken) is { } there)
        {
            events.Verbose($"{there.Reference} is published already, from {from}.");
            return new DeltaPublication(there, 0, true);
        }
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var archive = work.NewFilePath("published.delta");
        await new CreateDelta(transports).RunAsync(new CreateDeltaRequest
        {
            Baseline = from,
            Target = request.Image,
            OutputPath = archive,
            Encoding = request.Encoding,
            SigningKey = request.SigningKey,
            CreatedAt = request.CreatedAt,
            WorkDirectory = request.WorkDirectory,
        }, events, cancellationToken);
        return await new PublishDelta(transports).RunAsync(new PublishDeltaRequest
        {
            ArchivePath = archive,
            Image = request.Image,
            WorkDirectory = request.WorkDirectory,
        }, events, cancellationToken);
    }
}
