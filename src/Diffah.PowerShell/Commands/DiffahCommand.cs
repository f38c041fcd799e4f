using System.Collections.Immutable;
using System.Management.Automation;
using System.Security;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Errors;
using Diffah.PowerShell.Parameters;
using Diffah.PowerShell.Pipeline;

namespace Diffah.PowerShell.Commands;

/// <summary>What all cmdlets share: running an operation, being stopped, reporting errors, resolving paths.</summary>
public abstract class DiffahCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private protected SessionPaths Paths => new(SessionState);

    /// <summary>The user's own defaults for parameters.</summary>
    private protected KnobValues Configuration { get; private set; } = KnobValues.None;

    /// <summary>What the parameters say of knobs. Paths are absolute.</summary>
    private protected KnobValues Given { get; private set; } = KnobValues.None;

    /// <summary>The knobs that count: parameters over environment over the configuration file.</summary>
    private protected KnobValues Effective { get; private set; } = KnobValues.None;

    /// <summary>
    /// Absolute paths of the files that the cmdlet reads, which no output may replace: the configuration, and others.
    /// </summary>
    /// <param name="others">Files that the cmdlet has read.</param>
    private protected ImmutableArray<string> FilesInUse(params IEnumerable<string> others) =>
        Paths.ConfigurationFile is { } file ? [.. others, file.Path] : [.. others];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    /// <param name="disposing">False from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _stop.Dispose();
    }

    /// <inheritdoc/>
    protected override void BeginProcessing() => Configuration = Require(LoadConfiguration);

    /// <summary>Reads the knobs, for a cmdlet that has parameters for them.</summary>
    private protected void ReadKnobs()
    {
        Given = Require(() => KnobParameters.Read(MyInvocation.BoundParameters).ResolvePaths(Paths.ResolveLiteral));
        Effective = Given.Over(Require(() => ReadEnvironment(KnobParameters.Of(GetType())))).Over(Configuration);
    }

    /// <summary>What environment variables say of knobs. Paths are absolute.</summary>
    /// <param name="asked">The knobs to ask for.</param>
    /// <exception cref="DiffahException">InvalidArgument: a variable has no value of its knob; FileNotFound: a
    /// drive.</exception>
    private protected KnobValues ReadEnvironment(IEnumerable<Knob> asked) =>
        HostEnvironment.ReadKnobs(asked).ResolvePaths(Paths.ResolveLiteral);

    /// <summary>Reads the user's own defaults for parameters.</summary>
    /// <exception cref="DiffahException">The configuration file can't be used.</exception>
    private protected virtual KnobValues LoadConfiguration() => ReadConfiguration.Run(Paths.ConfigurationFile);

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Stopped just after its end.
        }
    }

    /// <summary>Runs an operation for one input and writes what it gives; a failure is that input's alone.</summary>
    /// <param name="target">What the user passed, for the error record.</param>
    /// <param name="operation">The operation.</param>
    private protected void Emit<T>(object target, Func<EventSink, CancellationToken, Task<T>> operation)
    {
        if (TryFor(target, () => Run(operation), out var result))
            WriteObject(result);
    }

    /// <summary>
    /// Runs an operation for one input and writes each of what it gives; a failure is that input's alone.
    /// </summary>
    /// <param name="target">What the user passed, for the error record.</param>
    /// <param name="operation">The operation.</param>
    private protected void EmitEach<T>(
        object target, Func<EventSink, CancellationToken, Task<ImmutableArray<T>>> operation)
    {
        if (TryFor(target, () => Run(operation), out var results))
            WriteObject(results, enumerateCollection: true);
    }

    /// <summary>Runs an operation, telling on this cmdlet's streams what it tells.</summary>
    /// <param name="operation">The operation.</param>
    /// <exception cref="DiffahException">The operation failed.</exception>
    private protected T Run<T>(Func<EventSink, CancellationToken, Task<T>> operation) =>
        new OperationPump(this, _stop.Token).Run(operation);

    /// <summary>Runs an operation that finds things on its way, and writes each as it is found.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="write">Writes one.</param>
    /// <exception cref="DiffahException">The operation failed.</exception>
    private protected T Run<T, TFound>(
        Func<Action<TFound>, EventSink, CancellationToken, Task<T>> operation, Action<TFound> write) =>
        new OperationPump(this, _stop.Token).Run(operation, write);

    /// <summary>Does a step for one input; where it fails the error is reported and the answer is false.</summary>
    /// <param name="target">What the user passed, for the error record.</param>
    /// <param name="step">The step.</param>
    /// <param name="result">What the step gave where the answer is true.</param>
    private protected bool TryFor<T>(object target, Func<T> step, out T result)
    {
        try
        {
            result = step();
            return true;
        }
        catch (DiffahException e)
        {
            result = default!;
            Report(e, target);
            return false;
        }
    }

    /// <summary>Does a step without which no input can be handled; where it fails the command ends.</summary>
    /// <param name="step">The step.</param>
    private protected T Require<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (DiffahException e)
        {
            ThrowTerminatingError(ErrorRecords.Create(e, BoundWithoutSecrets()));
            throw;
        }
    }

    // An error record is written to logs and files as a whole.
    private Dictionary<string, object> BoundWithoutSecrets() =>
        MyInvocation.BoundParameters.Where(bound => bound.Value is not (PSCredential or SecureString)).ToDictionary();

    private void Report(DiffahException exception, object target)
    {
        var record = ErrorRecords.Create(exception, target);
        if (ErrorRecords.FailsEveryInput(exception))
            ThrowTerminatingError(record);
        WriteError(record);
    }
}
