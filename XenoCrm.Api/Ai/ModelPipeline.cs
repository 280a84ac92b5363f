using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace XenoCrm.Api.Ai;

/// <summary>
/// How long the model is waited for and how often it is asked: a circuit breaker around a time limit around retries, so
/// that a model which hangs counts as one that fails. All of it within one deadline, given by the caller.
/// </summary>
internal sealed class ModelPipeline
{
    private static readonly ResiliencePropertyKey<long> Deadline = new("deadline");
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    private readonly ResiliencePipeline pipeline;
    private readonly TimeProvider time;

    public ModelPipeline(IOptions<OpenAIOptions> options, TimeProvider time, Random random)
    {
        this.time = time;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(60),
                BreakDuration = TimeSpan.FromSeconds(30),
                ShouldHandle = new PredicateBuilder().Handle<ModelException>().Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = args => ValueTask.FromResult(Remaining(args.Context)) });
        if (options.Value.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Value.MaxRetries,
                Delay = FirstDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = random.NextDouble,
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is ModelException { IsTransient: true } failed
                    && (failed.RetryAfter ?? TimeSpan.Zero) < Remaining(args.Context)),
                DelayGenerator = args => ValueTask.FromResult((args.Outcome.Exception as ModelException)?.RetryAfter),
            });
        }

        pipeline = builder.Build();
    }

    /// <param name="work">One try.</param>
    /// <param name="deadline">A timestamp of the clock, by which it is over.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="ModelException">There is no answer.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, long deadline, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Deadline, deadline);
        try
        {
            return await pipeline.ExecuteAsync(static async (context, work) => await work(context.CancellationToken), context, work);
        }
        catch (TimeoutRejectedException e)
        {
            throw new ModelException(ModelFailure.Timeout, inner: e);
        }
        catch (BrokenCircuitException e)
        {
            throw new ModelException(ModelFailure.Resting, inner: e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // Never zero: the strategy would take that for no limit.
    private TimeSpan Remaining(ResilienceContext context)
    {
        var remaining = time.GetElapsedTime(time.GetTimestamp(), context.Properties.GetValue(Deadline, 0));
        return remaining > TimeSpan.FromMilliseconds(1) ? remaining : TimeSpan.FromMilliseconds(1);
    }
}
